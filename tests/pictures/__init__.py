"""The guides' pictures, taken from the real pages: `python -m tests.pictures`."""

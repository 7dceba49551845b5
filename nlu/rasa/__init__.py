"""The Rasa project: what runs on Python 3.10, beside the application."""

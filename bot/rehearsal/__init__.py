"""Houses for trying out: played conversations, a Telegram that is none, a clock that is moved."""

"""The ways in and out: Telegram, the web chat, the terminal."""

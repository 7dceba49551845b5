"""`python -m bot`: the command line without an installed script."""

from bot.cli import app

app()

"""Where log lines go."""

from __future__ import annotations

import contextlib
import io

import structlog

from bot import logs
from bot.settings import Settings


def test_a_logger_outlives_the_stream_it_first_wrote_to() -> None:
    """A command in a captured stream ends; the next one's lines go where its errors go."""
    log = structlog.get_logger()
    with contextlib.redirect_stderr(io.StringIO()) as first:
        logs.configure(Settings())
        log.warning("one")
    first.close()
    with contextlib.redirect_stderr(io.StringIO()) as second:
        log.warning("two")
    assert "two" in second.getvalue()

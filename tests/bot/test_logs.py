"""Where log lines go."""

from __future__ import annotations

import contextlib
import io
import json

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


def test_a_stranger_cannot_write_a_log_line() -> None:
    """Line ends and control signs in what is logged stay inside the one line, as JSON."""
    with contextlib.redirect_stderr(io.StringIO()) as written:
        logs.configure(Settings(log_format="json"))
        structlog.get_logger().warning("one", why='a\n{"event": "login"}\r\u2028\x1b[31m')
    (line,) = written.getvalue().strip("\n").split("\n")
    assert json.loads(line)["timestamp"].endswith("Z")
    assert "\x1b" not in line

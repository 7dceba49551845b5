"""How log lines look: for people in a terminal, JSON for everything else; to standard error."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog

from bot.settings import Settings

#: Libraries that say at "info" what we say ourselves, or more than a log may hold (addresses of
#: Telegram's API carry the token).
QUIET = ("aiohttp.access", "asyncio", "alembic", "httpx", "httpcore", "jieba", "telegram")


class _StandardError:
    """What standard error is at the time of writing: a terminal's or a test's may be swapped."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging, once, at the start of a command."""
    stream = cast("TextIO", _StandardError())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not sys.stderr.isatty()
    )
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        # Without the values of local variables, which are what riders wrote.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            *before,
            *([structlog.processors.format_exc_info] if as_json else []),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    logging.basicConfig(level=level, stream=stream, format="%(name)s: %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

"""What can be wrong with an installation, in one plain sentence that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator

#: PostgreSQL's error codes (appendix A of its manual).
DISK_FULL = "53100"


class Trouble(Exception):
    """Something the operator can put right; the text is all that they are shown."""


def explain(error: BaseException) -> str | None:
    """The sentence for an error that has one; `None` if it is a mistake of ours."""
    from alembic.util import CommandError

    from knowledge.content_yaml import ContentError
    from knowledge.database import DatabaseAway
    from knowledge.postgres import PostgresTrouble
    from knowledge.secrets import SecretsError
    from nlu.train import TrainingError

    for cause in _chain(error):
        if _disk_is_full(cause):
            return "The disk is full; free some space and start again."
        if isinstance(cause, Trouble | PostgresTrouble):
            return str(cause)
        if isinstance(cause, DatabaseAway):
            return (
                f"The database doesn't answer ({cause}); check DATABASE_URL and that its server "
                "is running and lets this machine in."
            )
        if isinstance(cause, SecretsError):
            return (
                f"{_capital(str(cause))}; without the right keys nothing that riders wrote can "
                "be read, so put them right (GONGYOU_KEYS or the key file) and start again."
            )
        if isinstance(cause, TrainingError | ContentError):
            return _capital(str(cause))
        if isinstance(cause, CommandError) and "Can't locate revision" in str(cause):
            return (
                "The database was brought up to date by a newer release of gongyou; install that "
                "one, or restore a backup from before."
            )
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what caused it, and the members of groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        waiting += [one.__cause__, getattr(one, "orig", None)]


def _disk_is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    return getattr(error, "sqlstate", None) == DISK_FULL


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

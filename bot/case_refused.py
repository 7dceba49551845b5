"""What can't be done with a case, as the console says it."""

from __future__ import annotations

from bot.refused import Refused
from knowledge.case_records import NotAllowed


class CaseRefused(Refused):
    """A step that the case itself forbids; the text `case_refused.<key>` says why."""

    def __init__(self, why: NotAllowed) -> None:
        super().__init__(why.key, **why.values)
        self.key = f"case_refused.{why.key}"

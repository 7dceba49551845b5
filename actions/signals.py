"""How an action's run ends before its last line, without that being an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actions.putting import Asking


class Signal(Exception):
    """Ends an action's run without being an error."""


class Asked(Signal):
    """A question has been put; the turn ends here."""


class Left(Signal):
    """The rider wants to leave the form."""


class Elsewhere(Signal):
    """The rider wants something else than to answer the open question."""

    asking: Asking
    """The question that stays open, to be put again after that."""


class Again(Signal):
    """What was written is to be undone, and one field asked again, with the reason said."""

    def __init__(self, name: str, key: str, values: dict[str, Any]) -> None:
        super().__init__(name)
        self.name, self.key, self.values = name, key, values

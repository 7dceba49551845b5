"""The actions by route, and what comes up by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from actions.turn import Turn

LINK_PERSONS = "link_persons"
"""The form by which staff ask whether a rider is the same person elsewhere."""

ONLY_FOR_STAFF = (LINK_PERSONS,)
"""Forms that nobody asks for: staff begin them, with something to be asked about."""

ERASE_DATA = "erase_data"
"""The form that erases somebody's data."""

SUPPLY = "supply"
"""The form that hands in what a case lacks: under what asks for it."""

ONLY_BY_RIDER = (ERASE_DATA, SUPPLY)
"""Forms that nobody begins for somebody else."""

Run = Callable[["Turn"], Awaitable[None]]


@dataclass(frozen=True)
class Action:
    """A service. A lookup is served on top of an open form, a form is not."""

    route: str
    kind: Literal["form", "lookup"]
    run: Run


ACTIONS: dict[str, Action] = {}
TIMERS: dict[str, Run] = {}


def action(route: str, kind: Literal["form", "lookup"] = "lookup") -> Callable[[Run], Run]:
    """Register the function that serves a route."""

    def register(run: Run) -> Run:
        if route in ACTIONS:
            raise ValueError(f"two actions for {route}")
        ACTIONS[route] = Action(route, kind, run)
        return run

    return register


def timer(name: str) -> Callable[[Run], Run]:
    """Register the function that runs when a timer of this name is due."""

    def register(run: Run) -> Run:
        if name in TIMERS:
            raise ValueError(f"two timers called {name}")
        TIMERS[name] = run
        return run

    return register

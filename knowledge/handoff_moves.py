"""The legal steps of a handoff: who may have a conversation next, and by what.

A conversation has one owner: the bot (nobody was asked for, or it is over), the queue, or a member
of staff. This table is the only way from one to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal["none", "waiting", "held", "returned", "closed"]
STATES: tuple[State, ...] = get_args(State)
"""`none`: nobody was ever asked for. The bot has a conversation in all but `waiting` and `held`."""

Event = Literal[
    "ask",
    "take",
    "hand_on",
    "escalate",
    "send_down",
    "acknowledge",
    "calm",
    "alarm",
    "rest",
    "return",
    "leave",
    "close",
    "fall_silent",
    "reopen",
]
EVENTS: tuple[Event, ...] = get_args(Event)
"""`hand_on`: to another person. `escalate`, `send_down`: to the region above, and back.
`calm`: it was no crisis after all; `alarm`: it is one, which was not heard.
`rest`: the holder waits for the rider, no answer is owed.
`return`: staff give the rider back to the bot; `leave`: the rider goes back themselves."""

OPEN: tuple[State, ...] = ("waiting", "held")

MOVES: Mapping[tuple[State, Event], State] = {
    ("none", "ask"): "waiting",
    ("returned", "ask"): "waiting",
    ("closed", "ask"): "waiting",
    ("waiting", "ask"): "waiting",
    ("held", "ask"): "held",
    ("waiting", "take"): "held",
    ("waiting", "hand_on"): "held",
    ("held", "hand_on"): "held",
    ("waiting", "escalate"): "waiting",
    ("held", "escalate"): "waiting",
    ("waiting", "send_down"): "waiting",
    ("held", "send_down"): "waiting",
    ("waiting", "acknowledge"): "waiting",
    ("held", "acknowledge"): "held",
    ("held", "alarm"): "held",
    ("held", "rest"): "held",
    ("waiting", "return"): "returned",
    ("held", "return"): "returned",
    ("waiting", "leave"): "returned",
    ("held", "leave"): "returned",
    ("waiting", "close"): "closed",
    ("held", "close"): "closed",
    ("held", "fall_silent"): "waiting",
    ("returned", "reopen"): "waiting",
    ("closed", "reopen"): "waiting",
}
"""The only legal steps; every other pair is refused."""

CRISIS_MOVES: Mapping[tuple[State, Event], State | None] = {
    ("waiting", "leave"): "waiting",
    ("held", "leave"): "waiting",
    ("held", "calm"): "held",
    ("held", "alarm"): None,
}
"""What is otherwise in a crisis. A rider in danger may have the bot back at any time; somebody
looks at it all the same."""

PRIORITIES = {"crisis": 0, "poison": 5, "person": 10}
"""Of each kind of handoff; smaller comes first in the queue."""

QUEUED: frozenset[Event] = frozenset(
    {"ask", "escalate", "send_down", "fall_silent", "leave", "reopen"}
)
"""What brings a conversation into a queue, if it leads to `waiting`."""

NOTED: frozenset[Event] = frozenset({"return", "close"})
"""How staff end a handoff."""

SAY_WHY: frozenset[Event] = NOTED | {"calm"}
"""Nobody in danger is let go without a note of what was found and done."""


def legal(state: State, event: Event, *, crisis: bool = False) -> State | None:
    """Where a step leads; None if it isn't legal."""
    if crisis and (state, event) in CRISIS_MOVES:
        return CRISIS_MOVES[state, event]
    return MOVES.get((state, event))

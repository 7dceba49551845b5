"""What a conversation remembers between two messages. Kept sealed in the conversation's row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

VERSION = 1
"""The state's schema. A state of another version is migrated, or politely begun afresh."""

FORM_KEPT = timedelta(days=7)
"""How long an unfinished form is kept."""

SHOWN_KEPT = timedelta(hours=2)
"""How long "the second one" still means what was shown."""

WISH_KEPT = timedelta(hours=2)
WISHES_KEPT = 3
"""How long and how many wishes are remembered, so that a verdict on an answer finds its own."""

AGREED_KEPT = timedelta(days=14)
"""How long it is remembered what a rider and staff have agreed on."""

LINE_KEPT = timedelta(hours=1)
"""How long a line is still meant for the question how it was."""

PLACE_KEPT = timedelta(minutes=30)
"""How long the cell of a shared position stays for follow-ups."""


class Question(BaseModel):
    """The question that is open: what it is called, and what its buttons stand for.

    `wording` is a digest of its whole text, `whole_at` when that was put last.
    """

    id: str
    name: str
    options: list[Any] = []
    digest: str | None = None
    wording: str | None = None
    whole_at: datetime | None = None


class Form(BaseModel):
    """A service under way: its answers by name are the whole state.

    `slots` is what sentences said on the way, `refused` the names whose prefilled value was
    rejected and must come from a question, `said` digests of what was said and isn't repeated.
    `given` names what questions were answered with, in that order: the way back.
    """

    id: str
    action: str
    kind: Literal["form", "lookup"]
    started_at: datetime
    touched_at: datetime
    answers: dict[str, Any] = {}
    slots: dict[str, Any] = {}
    refused: list[str] = []
    said: list[str] = []
    given: list[str] = []
    question: Question | None = None
    confirmed: str | None = None
    misses: int = 0


class Shown(BaseModel):
    """The list that was shown last: its kind, the ids in their order, and what it was for."""

    kind: str
    ids: list[str]
    at: datetime
    route: str
    slots: dict[str, Any] = {}

    @property
    def listed(self) -> str:
        """What its lines are: those of a list of stations may be childcare centres."""
        return "childcare" if self.slots.get("service") == "childcare" else self.kind


class Place(BaseModel):
    """About where the rider is: the middle of a cell of some 500 m, and the place's name."""

    lat: float
    lon: float
    name: str | None = None
    until: datetime


class SharedPlace(BaseModel):
    """Where the rider is, exactly, as staff asked for it: kept until they give the rider back."""

    lat: float
    lon: float
    at: datetime


class Agreed(BaseModel):
    """What staff noted for the bot when they gave the rider back."""

    text: str
    staff: str
    at: datetime


class Waiting(BaseModel):
    """A service that was asked for and can't be begun yet."""

    action: str
    slots: dict[str, Any] = {}
    text: str = ""


class Wish(BaseModel):
    """What the rider asked for in words of their own, and what was made of it.

    `message` is its number in the inbox, `answer_to` the message that an article's answer to it
    belongs to. It is `passed` when the rider has gone on to something else by a button.
    """

    message: int
    text: str
    at: datetime
    route: str
    confidence: float
    runner_up: str | None = None
    language: str
    region: str | None = None
    answer_to: int | None = None
    passed: bool = False


class State(BaseModel):
    """Everything between two messages.

    `forms` has the open form first and the lookup on top of it last: at most two. `waiting` is a
    form that was asked for while one is open, until it is said what becomes of that; `second` the
    other wish of a line, until the first is served.
    """

    version: int = VERSION
    forms: list[Form] = Field(default_factory=list, max_length=2)
    kept: Form | None = None
    waiting: Waiting | None = None
    second: Waiting | None = None
    shown: Shown | None = None
    place: Place | None = None
    last_route: str | None = None
    since_cry: int = 0
    """Lines since the rider cried for help, the cry counted."""

    asked_back: bool = False
    asked_slots: dict[str, Any] = {}
    asked_between: list[str] = []
    greeted: bool = False
    last_text: str | None = None
    wishes: list[Wish] = []
    keyboard_up: bool = False
    staff_form: str | None = None
    """The form that staff have started while a person has the conversation."""
    aside: Form | None = None
    """The rider's own form behind that one; it goes on when the other is out of the way."""
    place_asked: bool = False
    shared_place: SharedPlace | None = None
    """Whether staff have asked where the rider is, and what came of it."""

    agreed: Agreed | None = None

    def take_asked(self) -> dict[str, Any]:
        """What was said of the wish that was asked back about; nothing is asked back any more."""
        said = self.asked_slots if self.asked_back else {}
        self.asked_back, self.asked_slots, self.asked_between = False, {}, []
        return said

    @property
    def top(self) -> Form | None:
        """The form whose question is open."""
        return self.forms[-1] if self.forms else None

    @property
    def unfinished(self) -> list[Form]:
        """Every form that goes on or can be gone on with."""
        return [form for form in (*self.forms, self.aside, self.kept) if form is not None]

    @property
    def wish(self) -> Wish | None:
        """What the conversation is about just now, as far as the rider put it in words."""
        return self.wishes[-1] if self.wishes and not self.wishes[-1].passed else None

    def wished(self, wish: Wish) -> None:
        """The rider has put a wish in words."""
        self.wishes = [*self.wishes, wish][-WISHES_KEPT:]

    def answered(self, answer_to: int) -> None:
        """An article answers the present wish, in the turn of this message."""
        if self.wish is not None:
            self.wish.answer_to = answer_to

    def wish_behind(self, answer_to: int) -> Wish | None:
        """The wish that an article's answer belongs to, as long as it is remembered."""
        return next((one for one in self.wishes if one.answer_to == answer_to), None)

    def given_back(self) -> None:
        """No person has the conversation any more: what only they needed is forgotten."""
        self.staff_form, self.place_asked, self.shared_place = None, False, None

    def take_up(self) -> None:
        """Nothing else is open any more: the form that was put aside is."""
        if not self.forms and self.aside is not None:
            self.forms, self.aside = [self.aside], None

    def stations_on_screen(self, now: datetime) -> Shown | None:
        """The list of places that a message may be about, as long as a position is kept."""
        shown = self.shown
        fresh = shown is not None and shown.kind == "station" and now - shown.at < PLACE_KEPT
        return shown if fresh else None

    def age(self, now: datetime) -> None:
        """Forget what is too old to be meant."""
        self.forms = [f for f in self.forms if now - f.touched_at < kept(f)]
        if self.agreed is not None and now - self.agreed.at >= AGREED_KEPT:
            self.agreed = None
        if self.kept is not None and now - self.kept.touched_at >= FORM_KEPT:
            self.kept = None
        if self.aside is not None and now - self.aside.touched_at >= FORM_KEPT:
            self.aside = None
        self.take_up()
        if self.shown is not None and now - self.shown.at >= SHOWN_KEPT:
            self.shown = None
        if self.place is not None and now >= self.place.until:
            self.place = None
        self.wishes = [wish for wish in self.wishes if now - wish.at < WISH_KEPT]


def kept(form: Form) -> timedelta:
    """How long an open question is still meant."""
    return LINE_KEPT if form.action == "handoff_rate" else FORM_KEPT


def load_state(raw: Any) -> tuple[State, bool]:
    """The state from its JSON: (state, whether something had to be begun afresh)."""
    if raw is None:
        return State(), False
    try:
        if raw.get("version") == VERSION:
            return State.model_validate(raw), False
    except (ValidationError, AttributeError):
        pass
    return State(greeted=True), True

"""Kinds of cases (`case_kinds.yaml`): steps, who moves what, deadlines, what the rider is told."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StrictStr, StringConstraints, model_validator

from knowledge.access import Role
from knowledge.content_entries import Entry, Slug, Words, Yuan
from knowledge.regions import RegionTree

TextKey = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)+$")]
"""A key of the riders' texts."""

Wanted = Literal["needed", "may", "none"]
"""Whether a step is given something with it: it must be, may be, can't be."""

VALUES = frozenset({"number", "reason", "amount", "office"})
"""What a text that riders read at a step may have put in."""

RIDERS_OWN = ("application", "claim")
"""Kinds with a table of their own for what is special to them."""


def places_in(text: str) -> set[str]:
    """What a text has put in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class CaseStep(Entry):
    """A step of a case."""

    code: Slug
    name: Words
    plain: Literal["received", "in_review", "decided", "done"]
    """What it is called to somebody who has proved little: not even how it was decided."""
    told: TextKey | Words | None = None
    """What the rider reads when the case comes to it; may have `{number}`, `{reason}`, …"""
    reason: Wanted = "may"
    amount: Wanted = "none"
    pays: bool = False
    """It promises or pays money: above the region's amount a second person confirms it."""
    rests: bool = False
    """Somebody else has to do something: the clock stands still meanwhile."""
    elsewhere: bool = False
    """Another office has it, and has a number of its own for it."""
    decides: bool = False
    """It is a decision: whoever makes it in the console says why."""
    final: bool = False
    stands_for: Slug | None = None
    """The state that the kind's own table has meanwhile, if it knows none of this name."""

    @property
    def waits_for_rider(self) -> bool:
        """Whether it is the rider who has to do something."""
        return self.rests and not self.elsewhere

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.elsewhere and not self.rests:
            raise ValueError(f"'{self.code}' is with another office: say 'rests: true' as well")
        if self.pays and self.amount == "none":
            raise ValueError(f"'{self.code}' pays: say 'amount: needed' or 'amount: may'")
        if isinstance(self.told, Words):
            odd = (places_in(self.told.zh) | places_in(self.told.en)) - VALUES
            if odd:
                raise ValueError(f"nothing can be put in for {sorted(odd)}; use {sorted(VALUES)}")
        return self


class CaseMove(Entry):
    """From which steps a case may come to one, and who may move it."""

    at: Annotated[tuple[Slug, ...], Field(min_length=1)]
    to: Slug
    who: Annotated[tuple[Role, ...], Field(min_length=1)] = ("staff", "lead", "administrator")


class CaseAnswer(Entry):
    """An answer that can be chosen."""

    code: Slug
    name: Words
    told_by: tuple[Slug, ...] = ()
    """Said together with one of these slots, the sentence answers the next question, too."""
    alone: bool = False
    """There is no more to it: the next question isn't asked."""


class CaseQuestion(Entry):
    """A question that the rider is asked."""

    code: Slug
    type: Literal["text", "time", "amount", "count", "phone", "choice", "photo", "name"]
    ask: Words
    label: Words
    """What it is called in the summary and on the case's page."""
    optional: bool = False
    slot: Slug | None = None
    """What a sentence may have said already."""
    answers: tuple[CaseAnswer, ...] = ()
    answers_from: Literal["schemes"] | None = None
    """What the store has stands before `answers`."""
    employer: bool = False
    """It names who the case is about: cases about the same one are found by it."""
    from_wish: bool = False
    """The rider's first sentence answers it, if it says enough."""
    more: Words | None = None
    """Asked instead where the first sentence has told a part of it."""
    most: Annotated[int, Field(gt=0)] | None = None
    """A count isn't greater; more is hardly meant as one ("一个月五千")."""
    wages: bool = False
    """It is asked only where wages may be owed, as far as the account tells."""
    on_the_spot: bool = False
    """It is about what is where the rider is, or on their screen."""

    @model_validator(mode="after")
    def _chosen_from(self) -> Self:
        enough = len(self.answers) >= (1 if self.answers_from else 2)
        if self.type == "choice" and not enough:
            raise ValueError("a choice has two 'answers' or more, one beside those of the store")
        if self.type != "choice" and (self.answers or self.answers_from):
            raise ValueError("only a choice has 'answers'")
        return self


class CaseDeadline(Entry):
    """In how many working days a region decides."""

    region: Slug
    working_days: Annotated[int, Field(gt=0, le=1000)]


class SecondPerson(Entry):
    """Above which amount a payment of a region needs a second person."""

    region: Slug
    above: Yuan
    demo: bool = False


class CaseKindEntry(Entry):
    """A kind of case."""

    code: Slug
    name: Words
    route: StrictStr | None = None
    """The wish that opens one by the questions below; None: something else of the house does."""
    intro: Words | None = None
    """What the rider is told before the first question."""
    received: Words | None = None
    """What the rider is told besides when it is filed."""
    offers: tuple[StrictStr, ...] = ()
    """Wishes that are offered beside it once it is filed."""
    urgent: bool = False
    single: bool = False
    """A person has one open at a time."""
    phone: Literal["asked", "may", "none"] = "asked"
    steps: Annotated[tuple[CaseStep, ...], Field(min_length=2)]
    """In their order; the first is where it begins."""
    moves: Annotated[tuple[CaseMove, ...], Field(min_length=1)]
    questions: tuple[CaseQuestion, ...] = ()
    deadlines: tuple[CaseDeadline, ...] = ()
    region_days: bool = False
    """The region's own days for a decision hold."""
    second_person: tuple[SecondPerson, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        codes = [step.code for step in self.steps]
        for name, found in (("step", codes), ("question", [q.code for q in self.questions])):
            if len(set(found)) < len(found):
                raise ValueError(f"a {name} stands twice in '{self.code}'")
        known, reached = set(codes), {codes[0]}
        for move in self.moves:
            if odd := ({*move.at, move.to} - known):
                raise ValueError(f"there is no step {sorted(odd)} in '{self.code}'")
            if any(self.step(at).final for at in move.at):
                raise ValueError(f"nothing follows a final step: see the moves to '{move.to}'")
            reached.add(move.to)
        if never := known - reached:
            raise ValueError(f"no move leads to {sorted(never)} in '{self.code}'")
        if self.route is not None and self.code == "application":
            raise ValueError(f"'{self.code}' is opened by a service of its own")
        return self

    @property
    def first(self) -> CaseStep:
        """Where a case begins."""
        return self.steps[0]

    def step(self, code: str) -> CaseStep:
        """A step by its code.

        Raises:
            KeyError: there is none.
        """
        for step in self.steps:
            if step.code == code:
                return step
        raise KeyError(code)

    def following(self, code: str, role: str | None = None) -> list[CaseStep]:
        """The steps that may follow, for a role if one is given, in the kind's order."""
        to = {m.to for m in self.moves if code in m.at and (role is None or role in m.who)}
        return [step for step in self.steps if step.code in to]

    def days_in(self, region: str) -> int | None:
        """Working days to a decision that the kind's own entry says for a region."""
        return {one.region: one.working_days for one in self.deadlines}.get(region)

    def own_days(self, region: str, tree: RegionTree) -> int | None:
        """Working days to a decision, where the kind's or the region's own entry says them."""
        found = tree.get(region)
        own = found.decision_days if found is not None and self.region_days else None
        return self.days_in(region) or own

    def second_above(self, region: str, tree: RegionTree) -> Decimal | None:
        """Above how much a second person confirms a payment; None: nowhere set."""
        limits = {one.region: one.above for one in self.second_person}
        return next((limits[r.code] for r in tree.upwards(region) if r.code in limits), None)


def said_in(words: Words, language: str) -> str:
    """A text in the language."""
    return words.en if language == "en" else words.zh

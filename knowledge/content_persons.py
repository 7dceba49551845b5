"""The demonstration persons (`persons.yaml`): who they are and what they have handed in."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictStr, StringConstraints, model_validator

from knowledge.content_entries import Day, Entry, Prose, Sector, Slug, Yuan


def is_id_number(text: str) -> bool:
    """Length, date and check digit of a resident's ID number (GB 11643-1999).

    The region code isn't looked at: 000000 is nobody's and stands for demonstration persons.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False))
    return "10X98765432"[total % 11] == text[-1]


def _id_number(text: str) -> str:
    if not is_id_number(text):
        raise ValueError("not an ID number: length, date or check digit is wrong")
    return text


IdNumber = Annotated[StrictStr, AfterValidator(_id_number)]
Mobile = Annotated[StrictStr, StringConstraints(pattern=r"^1[3-9][0-9]{9}$")]
QueryCode = Annotated[StrictStr, StringConstraints(pattern=r"^[0-9]{6}$")]
RecordNumber = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{2}-[2-9A-HJKMNP-Z]{6}$")]
"""Two letters of the city and six characters, none that is read as another one."""


class MembershipEntry(Entry):
    """A membership; with number and query code where the person has them."""

    region: Slug
    number: RecordNumber | None = None
    query_code: QueryCode | None = None


class ApplicationEntry(Entry):
    """An application for membership."""

    number: RecordNumber
    query_code: QueryCode
    region: Slug
    sector: Sector
    state: Literal["in_review", "accepted", "refused"]
    applied_on: Day
    in_review_since: Day | None = None
    decided_on: Day | None = None
    reason: Literal["name_id_mismatch"] | None = None
    """Why it was refused."""
    may_apply_again: bool = False


class StepTaken(Entry):
    """A step of a claim: reached, or being worked on since a day."""

    step: Slug
    state: Literal["done", "under_way"]
    on: Day
    """The day it was done, or since when it is under way."""


class ClaimEntry(Entry):
    """A claim and how far it has come."""

    number: RecordNumber
    query_code: QueryCode
    scheme: Slug
    own_cost: Yuan | None = None
    approved: Yuan | None = None
    paid: Yuan | None = None
    steps: Annotated[tuple[StepTaken, ...], Field(min_length=1)]
    missing_papers: tuple[Slug, ...] = ()


class EnrolmentEntry(Entry):
    """A seat in a course, or a place on its waiting list (1 is the first)."""

    course: Slug
    state: Literal["enrolled", "waiting"]
    position: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if (self.position is not None) != (self.state == "waiting"):
            raise ValueError("'position' is given just when the state is waiting")
        return self


class PersonEntry(Entry):
    """A demonstration person (`persons.yaml`). `phone` without country code (+86)."""

    name: Prose
    phone: Mobile
    id_number: IdNumber
    region: Slug
    sector: Sector | None = None
    memberships: tuple[MembershipEntry, ...] = ()
    applications: tuple[ApplicationEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()
    enrolments: tuple[EnrolmentEntry, ...] = ()
    demo: Literal[True]

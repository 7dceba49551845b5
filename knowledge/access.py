"""Who may do what: by function (a role), by object (a region) and by field.

Every service that acts for a member of staff is given an `Actor` and asks it before it reads or
writes. What isn't in the table is forbidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from knowledge.regions import RegionTree

Role = Literal["staff", "lead", "administrator", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

EVERYBODY = frozenset(ROLES)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "home": EVERYBODY,
    "own_account": EVERYBODY,
    "staff.read": frozenset({"lead", "administrator", "auditor"}),
    "staff.write": frozenset({"administrator"}),
    "person.read": EVERYBODY,
    "person.reveal": frozenset({"staff", "lead", "administrator"}),
    "audit.read": frozenset({"administrator", "auditor"}),
    "article.read": EVERYBODY,
    "article.write": frozenset({"lead", "administrator"}),
    "article.review": frozenset({"lead", "administrator"}),
    "article.publish": frozenset({"administrator"}),
    "review.read": frozenset({"lead", "administrator", "auditor"}),
    "review.write": frozenset({"administrator"}),
    "model.train": frozenset({"administrator"}),
    "figures.read": EVERYBODY,
    # Places, and files in and out.
    "place.read": EVERYBODY,
    "place.write": frozenset({"lead", "administrator"}),
    "import": frozenset({"administrator"}),
    "export": frozenset({"lead", "administrator", "auditor"}),
    "course.read": EVERYBODY,
    "course.write": frozenset({"lead", "administrator"}),
    "course.attendance": frozenset({"staff", "lead", "administrator"}),
    "course.enrolment": frozenset({"staff", "lead", "administrator"}),
    "programme.read": EVERYBODY,
    "programme.write": frozenset({"administrator"}),
    # Notices, clocks, and what leads see.
    "notice.read": EVERYBODY,
    "notice.robots": frozenset({"lead", "administrator"}),
    "clock.read": EVERYBODY,
    "clock.write": frozenset({"lead", "administrator"}),
    "leads.read": frozenset({"lead", "administrator", "auditor"}),
    "leads.act": frozenset({"lead", "administrator"}),
    # Cases.
    "case.read": EVERYBODY,
    "case.details": frozenset({"staff", "lead", "administrator"}),
    "case.move": frozenset({"staff", "lead", "administrator"}),
    "case.escalate": frozenset({"staff", "lead", "administrator"}),
    "case.reopen": frozenset({"lead", "administrator"}),
    "case.assign": frozenset({"lead", "administrator"}),
    "case.bulk": frozenset({"lead", "administrator"}),
    "case.rules": frozenset({"lead", "administrator"}),
    "case.exchange": frozenset({"lead", "administrator"}),
    "case.joint": frozenset({"lead", "administrator"}),
    # The inbox.
    "inbox.read": frozenset({"staff", "lead", "administrator"}),
    "inbox.write": frozenset({"staff", "lead", "administrator"}),
    "quick_reply.region": frozenset({"lead", "administrator"}),
    # Duty.
    "duty.read": EVERYBODY,
    "duty.write": frozenset({"lead", "administrator"}),
    # Who is who: asked in the chat with a proof, or by a lead on papers that were seen.
    "person.link": frozenset({"staff", "lead", "administrator"}),
    "person.link_papers": frozenset({"lead", "administrator"}),
    "behalf.write": frozenset({"staff", "lead", "administrator"}),
}
"""What × role. A service's function asks for one of these; an object's region is asked as well."""

SECOND_FACTOR_REQUIRED = frozenset({"administrator"})
"""Roles that may see to their own account, and nothing else, until they have a second factor."""

WITHOUT_SECOND_FACTOR = frozenset({"own_account"})

MASKED = frozenset({"phone", "id_number"})
"""Fields that are shown in part; the whole of one is revealed for a reason, which is audited."""

SHOWN = 3, 2
"""Characters left of a masked field at its beginning and end. The last four would prove a step."""

LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")
"""What may be a phone or an ID number where somebody has typed one into a text."""


class Denied(Exception):
    """The role may not do this at all."""

    def __init__(self, what: str) -> None:
        super().__init__(f"this role may not do {what}")
        self.what = what


class NotThere(Exception):
    """No such object, or one of another region: which of the two isn't told."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an account as it stands at this request. `region` None is everywhere."""

    name: str
    role: Role
    region: str | None
    tree: RegionTree = field(repr=False, compare=False)
    account: int | None = None
    """None for the command line, which acts for whoever may use the house's machine."""
    second_factor: bool = True

    @classmethod
    def operator(cls, user: str, tree: RegionTree) -> Actor:
        """The command line on the house's own machine."""
        return cls(f"operator:{user}", "administrator", None, tree)

    @classmethod
    def named(cls, name: str, tree: RegionTree) -> Actor:
        """Somebody who has said their name at the command line on the house's own machine."""
        return cls(f"staff:{name}", "administrator", None, tree)

    @property
    def audited_as(self) -> str:
        """How the audit names this actor."""
        return self.name if self.account is None else f"staff:{self.name}"

    @property
    def incomplete(self) -> bool:
        """Whether a second factor must be set up before anything else."""
        return self.role in SECOND_FACTOR_REQUIRED and not self.second_factor

    def may(self, what: str) -> bool:
        """Whether the role may do this at all."""
        if self.incomplete and what not in WITHOUT_SECOND_FACTOR:
            return False
        return self.role in PERMISSIONS.get(what, frozenset())

    def reaches(self, region: str | None) -> bool:
        """Whether an object of this region is the actor's business."""
        if self.region is None:
            return True
        return any(above.code == self.region for above in self.tree.upwards(region))

    def ask(self, what: str) -> None:
        """Ask before a function runs.

        Raises:
            Denied: the role may not.
        """
        if not self.may(what):
            raise Denied(what)

    def ask_about(self, what: str, region: str | None) -> None:
        """Ask before a function touches an object of a region.

        Raises:
            Denied: the role may not.
            NotThere: the object is another region's.
        """
        self.ask(what)
        if not self.reaches(region):
            raise NotThere

    @property
    def regions(self) -> list[str] | None:
        """The codes that lists are narrowed to; None is no narrowing."""
        return None if self.region is None else sorted(self.tree.below(self.region))


def masked(field_name: str, value: str) -> str:
    """A field's value as it may be shown: whole, or its beginning and end."""
    if field_name not in MASKED:
        return value
    first, last = SHOWN
    if len(value) <= first + last:
        return "*" * len(value)
    return value[:first] + "*" * (len(value) - first - last) + value[-last:]


def masked_record(value: Any, field_name: str = "") -> Any:
    """A record with its masked fields masked, however deep they lie; in texts, long numbers."""
    if isinstance(value, Mapping):
        return {key: masked_record(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [masked_record(one, field_name) for one in value]
    if isinstance(value, str) and field_name not in MASKED:
        return LONG_NUMBER.sub(lambda found: masked("phone", found.group()), value)
    return masked(field_name, str(value)) if field_name in MASKED and value else value

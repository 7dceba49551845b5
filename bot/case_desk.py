"""Cases as staff see them: lists, a board, one case with its history, masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.case_doubts import Doubt, doubts
from bot.case_told import CaseTold
from bot.persons import SHORTEST_REASON
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import MASKED, Actor, NotThere, masked_record
from knowledge.accounts import Account
from knowledge.case_choices import to_be_read
from knowledge.case_documents import Document
from knowledge.case_list import CasePage, CaseWish
from knowledge.case_records import Case, Elsewhere, Event, Given, Proposal
from knowledge.case_reopening import can_be_undone
from knowledge.clock import CHINA
from knowledge.content_cases import CaseKindEntry, CaseStep
from knowledge.content_entries import Words
from knowledge.database import Database
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Asked:
    """What the list was asked for, as the address has it."""

    region: str = ""
    kind: str = ""
    step: str = ""
    owner: str = ""
    text: str = ""
    overdue: bool = False
    closed: bool = False
    page: int = 1


@dataclass(frozen=True)
class Preview:
    """A step before it is made: the rider's text by language, and what doesn't fit."""

    told: Mapping[str, str | None]
    doubts: Sequence[Doubt]


@dataclass(frozen=True)
class ShownCase:
    """One case with everything that the actor may see of it."""

    case: Case
    kind: CaseKindEntry
    step: CaseStep
    today: date
    details: Mapping[str, Any]
    """Masked; empty for who may not see what riders wrote."""
    profile: Mapping[str, Any]
    reason: str | None
    elsewhere: Elsewhere
    events: Sequence[Event]
    documents: Sequence[Document]
    proposal: Proposal | None
    following: Sequence[CaseStep]
    """Steps that the actor may move it to."""
    colleagues: Sequence[Account]
    joint: int | None
    ours: bool
    """Whether the actor's level has it; else it can only be read."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What is special to it: a claim's scheme and amounts, an application's trade and union."""

    @property
    def may_reopen(self) -> bool:
        """Whether it is over, and can be opened again."""
        return can_be_undone(self.kind, self.step)

    breaks_at: datetime | None = None
    """When the clock that runs breaks."""
    broken: bool = False

    @property
    def deadline(self) -> date | None:
        """The day that the rider was promised, else the one by which staff's clock breaks."""
        breaks = self.breaks_at.astimezone(CHINA).date() if self.breaks_at else None
        return None if self.case.closed_at else self.case.due or breaks

    @property
    def overdue(self) -> bool:
        promised = bool(self.case.due and self.case.due < self.today)
        return (promised or self.broken) and not self.case.closed_at


class CaseDesk:
    """Reading cases. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._told = CaseTold(texts)

    async def page(self, actor: Actor, asked: Asked) -> CasePage:
        """A page of the list.

        Raises:
            Denied: the role may not.
            Refused: the region that the list is narrowed to is none of the actor's.
        """
        async with self._database.begin() as unit:
            return await unit.case_list.page(wish_of(actor, asked))

    async def board(self, actor: Actor, asked: Asked) -> Mapping[str, CasePage]:
        """The cases of one kind by step.

        Raises:
            Denied: the role may not.
            Refused: the region is none of the actor's, or there is no such kind.
        """
        wish = wish_of(actor, asked)
        if asked.kind not in [kind.code for kind in self._database.case_kinds]:
            raise Refused("case_kind")
        async with self._database.begin() as unit:
            return await unit.case_list.board(wish)

    async def owners(self, actor: Actor) -> list[Account]:
        """Whom cases may be given to, of the actor's regions."""
        actor.ask("case.read")
        async with self._database.begin() as unit:
            return await working(unit, actor.regions)

    async def get(self, actor: Actor, number: str) -> ShownCase:
        """One case.

        Raises:
            Denied: the role may not.
            NotThere: no case of this number that is the actor's business.
        """
        async with self._database.begin() as unit:
            case = await visible(unit, actor, "case.read", number)
            return await _shown(unit, actor, case)

    async def preview(self, actor: Actor, number: str, to: str, given: Given) -> Preview:
        """What the rider reads if the case comes to a step, and what speaks against it.

        Raises:
            Denied: the role may not.
            NotThere: no such case or step.
        """
        async with self._database.begin() as unit:
            case = await visible(unit, actor, "case.read", number)
            try:
                step = unit.case_kinds.get(case.kind).step(to)
            except KeyError as none:
                raise NotThere from none
            against = await doubts(unit, case, step, given) if actor.may("case.details") else []
        told = {
            language: self._told.at_step(case, step, given, language) for language in ("zh", "en")
        }
        return Preview(told, against)

    async def document(self, actor: Actor, number: str, document: int) -> tuple[Document, bytes]:
        """A document; that it was opened is audited.

        Raises:
            Denied: the role may not.
            NotThere: no such case or document.
        """
        async with self._database.begin() as unit:
            case = await visible(unit, actor, "case.details", number)
            try:
                found = await unit.case_documents.read(case, document)
            except (LookupError, SecretsError) as none:
                raise NotThere from none
            await unit.audit.write(
                case.person,
                actor=actor.audited_as,
                action="case.open_document",
                after={"number": number, "document": found[0].name},
            )
            return found

    async def reveal(self, actor: Actor, number: str, name: str, reason: str) -> str:
        """One masked field whole; who asked and why is in the audit before it is shown.

        Raises:
            Denied: the role may not.
            NotThere: no such case.
            Refused: no masked field, nothing on record, or no reason.
        """
        async with self._database.begin() as unit:
            actor.ask("person.reveal")
            case = await visible(unit, actor, "case.details", number)
            if name not in MASKED:
                raise Refused("field")
            reason = " ".join(reason.split())
            if len(reason) < SHORTEST_REASON:
                raise Refused("reason", shortest=SHORTEST_REASON)
            record = {
                **await unit.people.profile(case.person),
                **await unit.memberships.details(number),
                **await unit.cases.details(case),
            }
            if not record.get(name):
                raise Refused("nothing_there")
            await unit.audit.write(
                case.person,
                actor=actor.audited_as,
                action="person.reveal",
                after={"field": name, "reason": reason, "number": number},
            )
            return str(record[name])


def wish_of(actor: Actor, asked: Asked) -> CaseWish:
    """The list that an actor may have of what was asked for.

    Raises:
        Denied: the role may not.
        Refused: the region is none of the actor's.
    """
    actor.ask("case.read")
    regions = actor.regions
    if asked.region:
        if actor.tree.get(asked.region) is None or not actor.reaches(asked.region):
            raise Refused("region_reach")
        regions = sorted(actor.tree.below(asked.region))
    return CaseWish(
        regions=regions,
        viewer=actor.name,
        kind=asked.kind,
        step=asked.step,
        owner=asked.owner,
        text="".join(asked.text.split()),
        overdue=asked.overdue,
        closed=asked.closed,
        page=asked.page,
    )


async def visible(unit: Knowledge, actor: Actor, what: str, number: str) -> Case:
    """A case that is the actor's business: of their regions, and of no joint one without them.

    Raises:
        Denied: the role may not.
        NotThere: no such case for them.
    """
    actor.ask(what)
    case = await unit.cases.get(number)
    if case is None or not (actor.reaches(case.region) or actor.reaches(case.office)):
        raise NotThere
    if not await unit.case_list.may_see(number, actor.name):
        raise NotThere
    return case


async def working(unit: Knowledge, regions: Sequence[str] | None) -> list[Account]:
    """Accounts that work on cases in these regions, by name."""
    found = await unit.accounts.within(regions)
    return sorted(
        (one for one in found if one.role != "auditor" and one.disabled_at is None),
        key=lambda one: one.name,
    )


async def _shown(unit: Knowledge, actor: Actor, case: Case) -> ShownCase:
    kind = await to_be_read(unit, unit.case_kinds.get(case.kind))
    ours = actor.reaches(case.office)
    open_to = actor.may("case.details")
    sealed = await _sealed(unit, case) if open_to else ({}, {}, {}, None, Elsewhere(), ())
    details, profile, extra, reason, elsewhere, documents = sealed
    above = [region.code for region in unit.region_tree.upwards(case.office)]
    clocks = await unit.clock_timers.of("case", case.number)
    breaks_at = min((one.breaks_at for one in clocks if one.breaks_at), default=None)
    return ShownCase(
        case=case,
        kind=kind,
        step=kind.step(case.step),
        today=unit.case_list.today,
        details=masked_record(details),
        profile=masked_record(profile),
        reason=reason,
        elsewhere=elsewhere,
        events=await unit.cases.events(case.number) if open_to else (),
        documents=documents,
        proposal=await unit.case_payments.proposed(case) if open_to else None,
        following=kind.following(case.step, actor.role) if ours and actor.may("case.move") else (),
        colleagues=[
            one for one in await working(unit, None) if one.region is None or one.region in above
        ],
        joint=await unit.joint_cases.of_case(case.number),
        ours=ours,
        extra=masked_record(extra),
        breaks_at=breaks_at,
        broken=breaks_at is not None and breaks_at <= unit.now,
    )


async def _sealed(unit: Knowledge, case: Case) -> tuple[Any, Any, Any, Any, Any, Any]:
    """What is sealed with the rider's key; nothing of whoever has had it erased."""
    try:
        return (
            {**await unit.memberships.details(case.number), **await unit.cases.details(case)},
            await unit.people.profile(case.person),
            await _special(unit, case),
            await unit.cases.reason(case),
            await unit.cases.elsewhere(case),
            await unit.case_documents.of(case),
        )
    except SecretsError:
        return {}, {}, {}, None, Elsewhere(), ()


async def _special(unit: Knowledge, case: Case) -> dict[str, Any]:
    """What a claim's or an application's own table says."""
    if case.kind == "claim":
        claim = await unit.claims.claim(case.number)
        if claim is None:
            return {}
        amounts: dict[str, Decimal | None] = {
            "own_cost": claim.own_cost,
            "approved": claim.approved,
            "paid": claim.paid,
        }
        scheme, missing = await unit.claims.named(claim)
        told: dict[str, Any] = {"scheme": scheme or claim.scheme, "missing": missing}
        told |= {name: f"{amount:,.2f}" for name, amount in amounts.items() if amount is not None}
        return {name: value for name, value in told.items() if value}
    application = await unit.memberships.application(case.number)
    if application is None:
        return {}
    told = {"sector": application.sector, "sector_union": ""}
    union = await unit.regions.sector_union(application.region, application.sector)
    if application.sector_union is not None:
        named = union is not None and union.code == application.sector_union
        name = Words(zh=union.name_zh, en=union.name_en) if union and named else None
        told["sector_union"] = name or application.sector_union
    return told

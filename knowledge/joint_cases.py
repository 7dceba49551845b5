"""Cases about one employer: found, proposed, joined with each rider's consent, for named eyes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.case_records import Case, NotAllowed, opened
from knowledge.case_rows import (
    CaseEmployerRow,
    CaseRow,
    JointAccessRow,
    JointCaseRow,
    JointMemberRow,
)
from knowledge.employers import SHARED, alike, pieces

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

MOST = 2_000
"""Open cases with an employer that are looked through for one page of proposals."""


@dataclass(frozen=True)
class Member:
    """A case of a joint one, and what its rider said."""

    number: str
    asked_at: datetime
    answered_at: datetime | None
    agreed: bool | None


@dataclass(frozen=True)
class Joint:
    """A joint case. Its members are cases; who may see it is a list of accounts."""

    id: int
    region: str
    kind: str
    made_by: str
    at: datetime
    members: tuple[Member, ...]
    accounts: tuple[str, ...]

    @property
    def joined(self) -> list[str]:
        """The cases whose riders have agreed."""
        return [one.number for one in self.members if one.agreed]


class JointCases:
    """Joint cases of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def remember(self, number: str, employer: str) -> None:
        """Keep the hashed pieces of the name that a case is about."""
        tokens = sorted(self._unit.keyring.blind("employer", one) for one in pieces(employer))
        if tokens:
            await self._unit.session.execute(
                insert(CaseEmployerRow)
                .values([{"number": number, "token": token} for token in tokens])
                .on_conflict_do_nothing()
            )

    async def employer(self, case: Case) -> str:
        """Whom a case is about, in the rider's words."""
        kind = self._unit.case_kinds.get(case.kind)
        details = await self._unit.cases.details(case)
        said = (details.get(q.code) for q in kind.questions if q.employer)
        return next((str(name) for name in said if name), "")

    async def proposed(self, regions: Sequence[str] | None) -> list[list[Case]]:
        """Groups of open cases that may be about one employer and aren't joined yet."""
        pieces_of = await self._pieces(regions)
        rows = await self._unit.session.scalars(
            select(CaseRow).where(CaseRow.number.in_(pieces_of))
        )
        cases = {row.number: opened(row) for row in rows}
        names: dict[str, str] = {}
        await self._unit.people.fetch_keys({case.person for case in cases.values()})
        groups: list[list[Case]] = []
        for number in sorted(cases, key=lambda one: (cases[one].created_at, one)):
            case = cases[number]
            for group in groups:
                first = group[0]
                if first.kind != case.kind or not _share(pieces_of, first.number, number):
                    continue
                for one in (first, case):
                    if one.number not in names:
                        names[one.number] = await self.employer(one)
                if alike(names[first.number], names[number]):
                    group.append(case)
                    break
            else:
                groups.append([case])
        return [group for group in groups if len(group) > 1]

    async def _pieces(self, regions: Sequence[str] | None) -> dict[str, set[bytes]]:
        """The hashed pieces of open cases that no joint case has or asks for."""
        taken = exists().where(
            JointMemberRow.number == CaseRow.number, JointMemberRow.agreed.is_not(False)
        )
        open_ones = (
            select(CaseRow.number)
            .where(CaseRow.closed_at.is_(None), ~taken)
            .where(exists().where(CaseEmployerRow.number == CaseRow.number))
            .order_by(CaseRow.created_at.desc())
            .limit(MOST)
        )
        if regions is not None:
            open_ones = open_ones.where(CaseRow.region.in_(regions))
        rows = await self._unit.session.execute(
            select(CaseEmployerRow.number, CaseEmployerRow.token).where(
                CaseEmployerRow.number.in_(open_ones)
            )
        )
        found: dict[str, set[bytes]] = {}
        for number, token in rows.all():
            found.setdefault(number, set()).add(token)
        return found

    async def make(self, cases: Sequence[Case], region: str, *, actor: str, account: str) -> Joint:
        """Begin a joint case: its riders are still to be asked. Whoever makes it may see it.

        Raises:
            NotAllowed: fewer than two, of different kinds, or one is in another joint case.
        """
        if len(cases) < 2 or len({case.kind for case in cases}) > 1:
            raise NotAllowed("a joint case has two cases or more of one kind", "joint_few")
        number = await self._unit.session.scalar(
            insert(JointCaseRow)
            .values(region=region, kind=cases[0].kind, made_by=actor, at=self._unit.now)
            .returning(JointCaseRow.id)
        )
        assert number is not None
        for case in cases:
            if await self._taken(case.number):
                raise NotAllowed(f"{case.number} is in a joint case already", "joint_taken")
            await self._unit.session.execute(
                insert(JointMemberRow).values(
                    joint=number, number=case.number, asked_at=self._unit.now
                )
            )
            await self._unit.audit.write(
                case.person,
                actor=actor,
                action="case.joint_asked",
                after={"number": case.number, "joint": number},
            )
        return await self.name(number, account, region=region, actor=actor)

    async def name(self, joint: int, account: str, *, region: str, actor: str) -> Joint:
        """Let an account see a joint case.

        Raises:
            LookupError: no such joint case.
        """
        await self._unit.session.execute(
            insert(JointAccessRow).values(joint=joint, account=account).on_conflict_do_nothing()
        )
        await self._unit.audit.write(
            None, actor=actor, action="joint.name", subject=f"joint:{joint}", region=region,
            after={"account": account},
        )  # fmt: skip
        return await self.get(joint)

    async def unname(self, joint: Joint, account: str, *, actor: str) -> None:
        """Let an account no longer see a joint case.

        Raises:
            NotAllowed: nobody would be left.
        """
        if set(joint.accounts) <= {account}:
            raise NotAllowed("somebody has to see a joint case", "joint_nobody")
        await self._unit.session.execute(
            delete(JointAccessRow).where(
                JointAccessRow.joint == joint.id, JointAccessRow.account == account
            )
        )
        await self._unit.audit.write(
            None, actor=actor, action="joint.name", subject=f"joint:{joint.id}",
            region=joint.region, before={"account": account},
        )  # fmt: skip

    async def answer(self, joint: int, case: Case, *, agreed: bool) -> bool:
        """What a rider says; whether it was asked and not answered yet."""
        done = await self._unit.session.execute(
            update(JointMemberRow)
            .where(
                JointMemberRow.joint == joint,
                JointMemberRow.number == case.number,
                JointMemberRow.answered_at.is_(None),
            )
            .values(answered_at=self._unit.now, agreed=agreed)
            .returning(JointMemberRow.number)
        )
        if done.scalar() is None:
            return False
        if agreed:
            await self._unit.cases.note(case, "joint", "rider")
        await self._unit.audit.write(
            case.person,
            actor="rider",
            action="case.joint_answer",
            after={"number": case.number, "joint": joint, "agreed": agreed},
        )
        return True

    async def get(self, joint: int) -> Joint:
        """A joint case.

        Raises:
            LookupError: there is none.
        """
        row = await self._unit.session.get(JointCaseRow, joint)
        if row is None:
            raise LookupError(joint)
        members = await self._unit.session.scalars(
            select(JointMemberRow)
            .where(JointMemberRow.joint == joint)
            .order_by(JointMemberRow.number)
        )
        accounts = await self._unit.session.scalars(
            select(JointAccessRow.account)
            .where(JointAccessRow.joint == joint)
            .order_by(JointAccessRow.account)
        )
        return Joint(
            row.id,
            row.region,
            row.kind,
            row.made_by,
            row.at,
            tuple(Member(m.number, m.asked_at, m.answered_at, m.agreed) for m in members),
            tuple(accounts),
        )

    async def named_for(self, account: str, regions: Collection[str] | None) -> list[Joint]:
        """The joint cases that an account may see, the newest first."""
        query = (
            select(JointCaseRow.id)
            .join(JointAccessRow, JointAccessRow.joint == JointCaseRow.id)
            .where(JointAccessRow.account == account)
            .order_by(JointCaseRow.id.desc())
        )
        if regions is not None:
            query = query.where(JointCaseRow.region.in_(regions))
        return [await self.get(one) for one in await self._unit.session.scalars(query)]

    async def of_case(self, number: str) -> int | None:
        """The joint case that a case has joined."""
        return await self._unit.session.scalar(
            select(JointMemberRow.joint).where(
                JointMemberRow.number == number, JointMemberRow.agreed.is_(True)
            )
        )

    async def _taken(self, number: str) -> bool:
        found = await self._unit.session.scalar(
            select(JointMemberRow.joint).where(
                JointMemberRow.number == number, JointMemberRow.agreed.is_not(False)
            )
        )
        return found is not None


def _share(pieces_of: dict[str, set[bytes]], one: str, other: str) -> bool:
    """Whether two names have enough pieces in common to be opened and compared."""
    a, b = pieces_of[one], pieces_of[other]
    return len(a & b) >= SHARED * min(len(a), len(b))

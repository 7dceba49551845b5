"""Joint cases as staff see them: proposed by likeness, begun by asking each rider, for named eyes.

Riders never see each other. Among staff a joint case, and each case that has joined it, is seen by
those who are named there: a role and a region alone aren't enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.case_desk import visible, working
from bot.case_refused import CaseRefused
from bot.case_told import CaseTold
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import Actor, NotThere
from knowledge.accounts import Account
from knowledge.case_records import Case, NotAllowed
from knowledge.database import Database
from knowledge.joint_cases import Joint
from knowledge.regions import RegionTree
from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Proposals:
    """Groups that may be about one employer, and the joint cases that the actor is named in."""

    groups: Sequence[Sequence[Case]]
    joints: Sequence[Joint]


@dataclass(frozen=True)
class ShownJoint:
    """A joint case for one who is named in it."""

    joint: Joint
    cases: Sequence[Case]
    """Those whose riders have agreed."""
    colleagues: Sequence[Account]


class CaseJoint:
    """Joint cases. Every function asks the actor first, by function, by region and by name."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._told = CaseTold(texts)

    async def proposals(self, actor: Actor) -> Proposals:
        """What may belong together, and what does.

        Raises:
            Denied: the role may not.
        """
        actor.ask("case.joint")
        async with self._database.begin() as unit:
            groups = await unit.joint_cases.proposed(actor.regions)
            joints = await unit.joint_cases.named_for(actor.name, actor.regions)
        return Proposals(groups, joints)

    async def make(self, actor: Actor, numbers: Sequence[str]) -> tuple[Joint, int]:
        """Begin a joint case and ask each rider; with it, how many of them could be asked.

        Raises:
            Denied: the role may not.
            NotThere: a case is not the actor's business.
            Refused: fewer than two, of different kinds, or one is in another already.
        """
        actor.ask("case.joint")
        async with self._database.begin() as unit:
            cases = [
                await visible(unit, actor, "case.joint", number)
                for number in dict.fromkeys(numbers)
            ]
            region = _common(actor, unit.region_tree, [case.region for case in cases])
            try:
                joint = await unit.joint_cases.make(
                    cases, region, actor=actor.audited_as, account=actor.name
                )
            except NotAllowed as why:
                raise CaseRefused(why) from why
            asked = [await self._told.ask_joint(unit, case, joint.id) for case in cases]
        return joint, sum(told > 0 for told in asked)

    async def get(self, actor: Actor, number: int) -> ShownJoint:
        """A joint case.

        Raises:
            Denied: the role may not.
            NotThere: there is none in which the actor is named.
        """
        async with self._database.begin() as unit:
            joint = await _named(unit, actor, "case.details", number)
            cases = [await unit.cases.get(one) for one in joint.joined]
            above = [region.code for region in unit.region_tree.upwards(joint.region)]
            colleagues = [
                one
                for one in await working(unit, None)
                if (one.region is None or one.region in above) and one.name not in joint.accounts
            ]
        return ShownJoint(joint, [case for case in cases if case is not None], colleagues)

    async def name(self, actor: Actor, number: int, account: str) -> None:
        """Let a colleague see a joint case.

        Raises:
            Denied: the role may not.
            NotThere: there is none in which the actor is named.
            Refused: nobody of this name works there.
        """
        shown = await self.get(actor, number)
        actor.ask("case.joint")
        if account not in [one.name for one in shown.colleagues]:
            raise Refused("case_nobody")
        async with self._database.begin() as unit:
            await unit.joint_cases.name(
                number, account, region=shown.joint.region, actor=actor.audited_as
            )

    async def unname(self, actor: Actor, number: int, account: str) -> None:
        """Let somebody no longer see a joint case.

        Raises:
            Denied: the role may not.
            NotThere: there is none in which the actor is named.
            Refused: nobody would be left.
        """
        async with self._database.begin() as unit:
            joint = await _named(unit, actor, "case.joint", number)
            try:
                await unit.joint_cases.unname(joint, account, actor=actor.audited_as)
            except NotAllowed as why:
                raise CaseRefused(why) from why


async def _named(unit: Knowledge, actor: Actor, what: str, number: int) -> Joint:
    actor.ask(what)
    try:
        joint = await unit.joint_cases.get(number)
    except LookupError as none:
        raise NotThere from none
    if not actor.reaches(joint.region) or actor.name not in joint.accounts:
        raise NotThere
    return joint


def _common(actor: Actor, tree: RegionTree, regions: Sequence[str]) -> str:
    """The lowest region that holds all, no higher than the actor's own."""
    chains = [[region.code for region in tree.upwards(code)] for code in regions]
    common = next(
        (code for code in (chains[0] if chains else []) if all(code in one for one in chains)), None
    )
    if common is None or not actor.reaches(common):
        return actor.region or (regions[0] if regions else "cn")
    return common

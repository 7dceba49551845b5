"""Two weeks before an article ends, who sees to it has a notice; once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.article_renewal import tell_owners
from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.access import Role
from knowledge.article_writing import Writing
from knowledge.articles import Place
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.door import Door
from tests.bot.newsroom import HEAT

ENDS_IN = timedelta(days=20)


@pytest.fixture
async def door(database: Database) -> Door:
    """Somebody of each sort: in the district, in the city above it, and elsewhere."""
    door = await Door.on(database)
    people: tuple[tuple[str, Role, str | None], ...] = (
        ("王敏", "lead", "zhifu"),
        ("赵敏", "administrator", "yantai"),
        ("李雷", "administrator", "weihai"),
        ("钱进", "auditor", "zhifu"),
        ("省里", "administrator", None),
    )
    for name, role, region in people:
        await door.member(name, role, region, secret="A" * 32)
    return door


async def ending(door: Door, owner: str | None, *, ends_in: timedelta = ENDS_IN) -> int:
    ends = door.clock.now() + ends_in
    writing = Writing.model_validate({**HEAT, "owner": owner, "valid_until": ends})
    place = Place("heat", "zhifu", "zh")
    async with door.database.begin() as unit:
        await unit.article_changes.put(place, writing, actor="staff:王敏")
        return (await unit.article_changes.begin(place)).id


async def told(door: Door) -> dict[str, list[str]]:
    """What each has in their list: the paths, the newest first."""
    found: dict[str, list[str]] = {}
    async with door.database.begin() as unit:
        while await unit.notice_sending.spread():
            pass
        for account in await unit.accounts.within(None):
            notices = await unit.notices.of(account.id)
            assert {one.kind for one in notices} <= {"article_ending"}
            if notices:
                found[account.name] = [one.subject for one in notices]
    return found


async def test_the_owner_is_told_two_weeks_before_and_once(door: Door) -> None:
    """Not a day earlier; and again before the next end, once it is renewed."""
    number = await ending(door, "王敏")
    door.clock.move(ENDS_IN - timedelta(days=14, minutes=1))
    assert await tell_owners(door.database) == 0
    door.clock.move(timedelta(minutes=1))
    assert await tell_owners(door.database) == 1
    assert await tell_owners(door.database) == 0
    door.clock.move(timedelta(days=15))
    assert await tell_owners(door.database) == 0
    path = f"/console/articles/{number}"
    assert await told(door) == {"王敏": [path]}
    await ending(door, "王敏")
    door.clock.move(timedelta(days=7))
    await tell_owners(door.database)
    assert await told(door) == {"王敏": [path, path]}


@pytest.mark.parametrize("owner", [None, "", "组织部", "李雷", "钱进", "省外的"])
async def test_without_an_owner_who_may_the_nearest_administrators_are_told(
    door: Door, owner: str | None
) -> None:
    """Nobody's name, one of another region, or one who only reads."""
    number = await ending(door, owner, ends_in=timedelta(days=3))
    assert await tell_owners(door.database) == 1
    assert await told(door) == {"赵敏": [f"/console/articles/{number}"]}


async def test_who_has_left_is_not_told(door: Door) -> None:
    """Of the nearest region that has none any more, the next above is."""
    number = await ending(door, "王敏", ends_in=timedelta(days=3))
    async with door.database.begin() as unit:
        for name in ("王敏", "赵敏"):
            account = await unit.accounts.named(name)
            assert account is not None
            await unit.accounts.change(account.id, disabled_at=door.clock.now())
    await tell_owners(door.database)
    assert await told(door) == {"省里": [f"/console/articles/{number}"]}


async def test_a_running_house_tells_by_itself(door: Door) -> None:
    """Each hour it looks; what isn't published ends for nobody."""
    async with door.database.begin() as unit:
        place, actor, mine = Place("draft", "zhifu", "zh"), "staff:王敏", ("zhifu",)
        draft = await unit.drafts.begin(place, actor=actor, regions=mine)
        soon = Writing.model_validate({**HEAT, "valid_until": door.clock.now()})
        await unit.drafts.save(draft.article, soon, revision=1, actor=actor, regions=mine)
    number = await ending(door, "王敏", ends_in=timedelta(days=14, minutes=30))
    reader = Understanding(now=door.clock.now)
    keeping = Housekeeping(door.database, reader, Texts(), Metrics())
    await keeping.tidy()
    assert await told(door) == {}
    door.clock.move(timedelta(hours=1))
    await keeping.tidy()
    assert await told(door) == {"王敏": [f"/console/articles/{number}"]}

"""Who is woken by a cry for help: those on duty, else the leads, and never nobody."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest

from bot.notice_sender import NoticeSender
from bot.notice_wires import Wires
from bot.refused import CONSOLE_TEXTS
from bot.wording import Texts
from knowledge.access import Role
from knowledge.clock import CHINA
from knowledge.database import Database
from knowledge.duty_roster import Absence, Shift
from knowledge.notices import Kind
from tests.bot.door import Door

NUMBERS = itertools.count(1)
NIGHT = datetime(2026, 11, 25, 2, 0, tzinfo=CHINA)
STAFF: tuple[tuple[str, Role, str | None], ...] = (
    ("区里", "staff", "zhifu"),
    ("区长", "lead", "zhifu"),
    ("市里", "staff", "yantai"),
    ("市长", "lead", "yantai"),
    ("省里", "staff", "shandong"),
    ("邻市", "lead", "weihai"),
    ("总管", "administrator", None),
    ("审计", "auditor", "zhifu"),
)


@pytest.fixture
async def door(database: Database) -> Door:
    door = await Door.on(database)
    door.clock.move(NIGHT - door.clock.now())
    for name, role, region in STAFF:
        await door.member(name, role, region)
    return door


async def on_duty(door: Door, *names: str) -> None:
    regions = {name: region for name, _, region in STAFF}
    async with door.database.begin() as unit:
        for name in names:
            region = regions.get(name, "zhifu")
            await unit.duty.put_shift(Shift(name, region, "daily", 22 * 60, 6 * 60))


async def woken(door: Door, kind: Kind = "crisis", region: str | None = "zhifu") -> list[str]:
    """Who has the notice, and nobody else."""
    subject = f"/console/inbox/{next(NUMBERS)}"
    async with door.database.begin() as unit:
        await unit.notices.put(kind, region=region, subject=subject, level="urgent")
    wires = Wires(mail=None, seconds=1.0)
    sender = NoticeSender(door.database, wires, Texts(CONSOLE_TEXTS), name="one")
    while await sender.step():
        pass
    async with door.database.begin() as unit:
        lists = {
            one.name: await unit.notices.of(one.id) for one in await unit.accounts.within(None)
        }
    return [name for name, told in lists.items() if subject in [one.subject for one in told]]


@pytest.mark.parametrize(
    ("shifts", "heard"),
    [
        (["区里"], ["区里"]),
        (["区里", "市里"], ["区里", "市里"]),
        (["区里", "市里", "省里"], ["区里", "市里"]),
        (["市里"], ["市里"]),
        (["省里"], ["省里"]),
        (["区里", "总管"], ["区里", "总管"]),
        (["邻市"], ["区长", "市长"]),
        (["审计"], ["区长", "市长"]),
        (["没有账号"], ["区长", "市长"]),
        ([], ["区长", "市长"]),
    ],
)
async def test_a_cry_wakes_those_on_duty_in_the_region_and_the_one_above(
    door: Door, shifts: list[str], heard: list[str]
) -> None:
    """Who is on duty further up is woken where nobody nearer is; the leads where nobody is at all.

    An account that can't open it counts as nobody, so does a name without one.
    """
    await on_duty(door, *shifts)
    assert sorted(await woken(door)) == sorted(heard)


async def test_who_is_absent_sleeps(door: Door) -> None:
    """Whatever the roster says."""
    await on_duty(door, "区里", "市里")
    async with door.database.begin() as unit:
        await unit.duty.put_absence(Absence("区里", NIGHT, NIGHT + timedelta(days=1)))
    assert await woken(door) == ["市里"]


@pytest.mark.parametrize(
    ("shifts", "heard"),
    [
        (["区里"], ["区里", "区长", "市长"]),
        ([], ["区长", "市长"]),
        (["省里"], ["区长", "市长", "省里"]),
    ],
)
async def test_if_nobody_sees_to_it_the_leads_hear_as_well(
    door: Door, shifts: list[str], heard: list[str]
) -> None:
    """Beside those on duty, who hear it once more."""
    await on_duty(door, *shifts)
    assert sorted(await woken(door, "crisis_unacknowledged")) == sorted(heard)


async def test_of_a_rider_who_has_told_no_place_whoever_is_on_duty_hears(door: Door) -> None:
    """It stands in every inbox; with nobody on duty all leads hear it."""
    assert sorted(await woken(door, region=None)) == sorted(["区长", "市长", "邻市"])
    await on_duty(door, "邻市")
    assert await woken(door, region=None) == ["邻市"]


@pytest.mark.parametrize("gone", [("区长", "市长"), ("区长", "市长", "总管")])
async def test_where_there_is_no_lead_somebody_hears_all_the_same(
    door: Door, gone: tuple[str, ...]
) -> None:
    """The administrators, and where there is none either, all who receive riders there."""
    async with door.database.begin() as unit:
        accounts = {account.name: account.id for account in await unit.accounts.within(None)}
    for name in gone:
        await door.accounts.disable(door.operator, accounts[name])
    heard = ["总管"] if "总管" not in gone else ["区里", "市里", "省里"]
    assert sorted(await woken(door)) == sorted(heard)


async def test_other_notices_go_where_they_went(door: Door) -> None:
    """To the region and those above, on duty or not."""
    await on_duty(door, "区里")
    heard = await woken(door, "handoff_waiting")
    assert sorted(heard) == sorted(["区里", "区长", "市里", "市长", "省里", "总管"])

"""The audit as it is read, and a record as it is shown: by region, masked, for a reason."""

from __future__ import annotations

import csv
import io
from uuid import UUID, uuid4

import pytest

from bot.audit_trail import AuditTrail, Wish
from bot.persons import Persons
from bot.refused import Refused
from knowledge.access import Denied, NotThere
from knowledge.database import Database
from knowledge.waiting import waiting
from tests.bot.door import Door

PHONE, ID_NUMBER = "13900000001", "000000198803120126"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def rider(door: Door, name: str = "林晓", region: str | None = "zhifu") -> UUID:
    """Somebody on record."""
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {"name": name, "phone": PHONE, "id_number": ID_NUMBER}
        await unit.people.change(person, fields, actor="rider", region=region)
    return person


async def test_lines_are_those_of_the_own_regions(door: Door) -> None:
    """What is about nobody of a region is for those who are everywhere."""
    await rider(door, "里", "zhifu")
    await rider(door, "外", "weihai")
    await rider(door, "无", None)
    trail = AuditTrail(door.database)
    shown = await trail.page(door.actor("auditor", "yantai"), Wish())
    assert [entry.about for entry in shown.entries] == ["里"]
    assert len((await trail.page(door.actor("auditor"), Wish())).entries) == 3
    for role in ("staff", "lead"):
        with pytest.raises(Denied):
            await trail.page(door.actor(role), Wish())
        with pytest.raises(Denied):
            await trail.export(door.actor(role), Wish())
        with pytest.raises(Denied):
            await trail.verify(door.actor(role))


async def test_before_and_after_are_shown_without_phone_and_id_number(door: Door) -> None:
    """On the page and in the file."""
    await rider(door)
    trail, auditor = AuditTrail(door.database), door.actor("auditor")
    (entry,) = (await trail.page(auditor, Wish())).entries
    assert entry.before == {}
    assert entry.after is not None
    assert entry.after["name"] == "林晓"
    for shown in (repr(entry.after), await trail.export(auditor, Wish())):
        assert "139******01" in shown
        assert PHONE not in shown
        assert ID_NUMBER[-4:] not in shown


async def test_lines_are_found_by_who_what_and_day(door: Door) -> None:
    """The day is China's; a date that is none is refused."""
    await rider(door)
    account = await door.member("赵敏")
    await door.accounts.disable(door.operator, account.id)
    trail, auditor = AuditTrail(door.database), door.actor("auditor")

    async def found(**wish: str) -> int:
        return len((await trail.page(auditor, Wish(**wish))).entries)

    assert await found(actor="rider") == 1
    assert await found(action="account.") == 3
    assert await found(action="%") == 0
    assert await found(actor="rider", day="2026-11-24") == 1
    assert await found(actor="rider", day="2026-11-23") == 0
    with pytest.raises(Refused, match="day"):
        await found(day="yesterday")


async def test_many_lines_come_page_by_page(door: Door) -> None:
    """Each once, the newest first."""
    for n in range(60):
        async with door.database.begin() as unit:
            await unit.audit.write(None, actor="house", action="count", subject=f"one:{n}")
    trail, auditor = AuditTrail(door.database), door.actor("auditor")
    first = await trail.page(auditor, Wish())
    second = await trail.page(auditor, Wish(), first.next)
    about = [entry.about for entry in (*first.entries, *second.entries)]
    assert about == [f"one:{n}" for n in reversed(range(60))]
    assert second.next is None


async def test_what_is_about_no_person_has_before_and_after_too(door: Door) -> None:
    """An article's line is read by those of its region."""
    async with door.database.begin() as unit:
        await unit.audit.write(
            None, actor="staff:赵敏", action="article.publish", subject="article:dues",
            region="yantai", before={"state": "draft"}, after={"state": "published"},
        )  # fmt: skip
    trail = AuditTrail(door.database)
    (entry,) = (await trail.page(door.actor("administrator", "yantai"), Wish())).entries
    assert (entry.about, entry.before) == ("article:dues", {"state": "draft"})
    assert (await trail.page(door.actor("administrator", "weihai"), Wish())).entries == []


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1"])
async def test_no_cell_of_the_file_is_a_formula(door: Door, name: str) -> None:
    """A name that begins like one is kept as text; that it was exported is audited."""
    async with door.database.begin() as unit:
        await unit.audit.write(None, actor=name, action=name, subject=name, after={"a": 1})
    trail = AuditTrail(door.database)
    table = list(csv.reader(io.StringIO(await trail.export(door.actor("auditor"), Wish()))))
    assert table[1][2] == table[1][3] == table[1][4] == f"'{name}"
    (entry, *_) = (await trail.page(door.actor("auditor"), Wish())).entries
    assert entry.line.action == "audit.export"


async def test_an_erased_person_leaves_the_line_and_nothing_in_it(door: Door) -> None:
    """Who did what stays; about whom and what can't be read any more."""
    person = await rider(door)
    async with door.database.begin() as unit:
        await unit.people.erase(person, actor="rider")
    entries = (await AuditTrail(door.database).page(door.actor("auditor"), Wish())).entries
    assert [entry.line.action for entry in entries] == ["person.erase", "person.change"]
    assert entries[1].line.erased
    assert entries[1].after is None
    with pytest.raises(NotThere):
        await Persons(door.database).card(door.actor("staff"), person)


async def test_a_record_is_shown_masked_and_in_the_own_region_only(door: Door) -> None:
    """Another region's, nobody's number and a colleague's are as if they were not."""
    person = await rider(door)
    colleague = (await door.member("赵敏", region="zhifu")).person
    persons = Persons(door.database)
    card = await persons.card(door.actor("staff", "yantai"), person)
    assert card.profile == {
        "name": "林晓",
        "phone": "139******01",
        "id_number": "000*************26",
    }
    for region, whose in (("weihai", person), (None, uuid4()), ("zhifu", colleague)):
        with pytest.raises(NotThere):
            await persons.card(door.actor("staff", region), whose)


async def test_a_whole_field_needs_a_reason_and_leaves_a_line(door: Door) -> None:
    """Auditors see none; a reason of one sign is none."""
    person = await rider(door)
    persons, staff = Persons(door.database), door.actor("staff", "yantai")
    assert await persons.reveal(staff, person, "phone", "回电 核对地址") == PHONE
    with pytest.raises(Refused, match="reason"):
        await persons.reveal(staff, person, "phone", " . ")
    with pytest.raises(Refused, match="field"):
        await persons.reveal(staff, person, "name", "回电核对")
    with pytest.raises(Denied):
        await persons.reveal(door.actor("auditor"), person, "phone", "回电核对")
    with pytest.raises(NotThere):
        await persons.reveal(door.actor("staff", "weihai"), person, "phone", "回电核对")
    (entry, *_) = (await AuditTrail(door.database).page(door.actor("auditor"), Wish())).entries
    assert entry.line.action == "person.reveal"
    assert entry.after == {"field": "phone", "reason": "回电 核对地址"}


async def test_what_waits_is_counted_by_region(door: Door) -> None:
    """Nothing waits in an empty house, and each is told; riders are counted as in the inbox."""
    async with door.database.begin() as unit:
        assert await waiting(unit, None) == dict.fromkeys(
            ("handoffs", "applications", "claims", "cases", "review"), 0
        )
        assert set((await waiting(unit, ["zhifu"])).values()) == {0}
        for region in ("zhifu", "weihai", None):  # who has told no place is everybody's
            number, person = await unit.conversations.find_or_begin("main", "web", str(region))
            await unit.handoffs.open(number, person, kind="person", region=region, summary="?")
        assert (await waiting(unit, ["zhifu"]))["handoffs"] == 2
        assert (await waiting(unit, None))["handoffs"] == 3

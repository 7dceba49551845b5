"""Cases in the hands of staff: steps, two persons for payments, levels, rules, many at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.case_desk import Asked, CaseDesk
from bot.case_joint import CaseJoint
from bot.case_office import CaseOffice
from bot.case_sheets import HEADS, CaseSheets, read_rows
from bot.clock_watch import overdue
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import Actor, NotThere, Role
from knowledge.case_records import Elsewhere, Given, Why
from knowledge.employers import alike
from knowledge.exchange.csv_form import write_csv
from tests.actions.talk import House, Talk, demonstration
from tests.actions.test_cases import disputed
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.conftest import Databases

COLLEAGUES: tuple[tuple[str, Role, str], ...] = (
    ("王敏", "staff", "weihai-jingkai-huangguan"),
    ("李娜", "lead", "weihai-jingkai"),
    ("赵敏", "lead", "weihai"),
)


@pytest.fixture
async def house(databases: Databases) -> AsyncIterator[House]:
    async with demonstration(databases) as made:
        async with made.database.begin() as unit:
            for name, role, region in COLLEAGUES:
                await unit.accounts.add(name, name, role, region, "zh")
        yield made


def actor(house: House, name: str, role: Role, region: str | None) -> Actor:
    return Actor(name, role, region, house.database.region_tree, account=1)


@pytest.fixture
def street(house: House) -> Actor:
    return actor(house, "王敏", "staff", "weihai-jingkai-huangguan")


@pytest.fixture
def district(house: House) -> Actor:
    return actor(house, "李娜", "lead", "weihai-jingkai")


@pytest.fixture
def city(house: House) -> Actor:
    return actor(house, "赵敏", "lead", "weihai")


@pytest.fixture
def office(house: House) -> CaseOffice:
    return CaseOffice(house.database, Texts())


@pytest.fixture
def desk(house: House) -> CaseDesk:
    return CaseDesk(house.database, Texts())


async def test_what_the_rider_will_read_is_what_the_rider_reads(
    house: House, office: CaseOffice, desk: CaseDesk, street: Actor
) -> None:
    """The preview and the news are one text; nothing happens by looking."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await office.move(street, case.number, "quick_check", Given())
    await talk.hears()
    given = Given(reason="公司已补发全部工资")
    told = (await desk.preview(street, case.number, "settled", given)).told
    await office.move(street, case.number, "settled", given, write=False)
    assert (await desk.get(street, case.number)).case.step == "quick_check"
    await office.move(street, case.number, "settled", given)
    await talk.hears()
    assert talk.heard.text == told["zh"]


async def test_a_decision_says_why(house: House, office: CaseOffice) -> None:
    """Also of a kind whose data leaves it open."""
    lead = actor(house, "李娜", "lead", None)
    with pytest.raises(Refused, match="case_reason"):
        await office.move(lead, "WH-3N6P8C", "approved", Given())
    with pytest.raises(Refused, match="case_step"):
        await office.move(lead, "WH-3N6P8C", "paid", Given(reason="好"))


async def test_a_payment_above_the_regions_amount_needs_two_persons(
    house: House, office: CaseOffice, desk: CaseDesk
) -> None:
    """The first proposes, cannot confirm; the second does; another amount begins anew."""
    one, other = (actor(house, name, "staff", "yantai") for name in ("王师傅", "刘芳"))
    given = Given(reason="核定", amount=Decimal("10000.01"))
    moved = await office.move(one, "YT-2W8H5D", "approved", given)
    assert moved.waits
    shown = await desk.get(one, "YT-2W8H5D")
    assert shown.case.step == "in_review"
    assert shown.proposal is not None
    with pytest.raises(Refused, match="case_second"):
        await office.move(one, "YT-2W8H5D", "approved", given)
    lower = Given(reason="核定", amount=Decimal(20000))
    assert (await office.move(other, "YT-2W8H5D", "approved", lower)).waits
    assert not (await office.move(one, "YT-2W8H5D", "approved", lower)).waits
    async with house.database.begin() as unit:
        claim = await unit.claims.claim("YT-2W8H5D")
    assert claim is not None
    assert (claim.step, claim.approved) == ("approved", Decimal("20000.00"))


async def test_before_money_is_paid_what_does_not_fit_is_said(house: House, desk: CaseDesk) -> None:
    """Papers that are missing, nothing handed in, another sum; nothing where no money moves."""
    lead = actor(house, "李娜", "lead", None)
    given = Given(reason="核定", amount=Decimal(900))
    (missing,) = (await desk.preview(lead, "YT-2W8H5D", "approved", given)).doubts
    assert missing.key == "missing"
    assert "出院" in missing.values["papers"].zh
    assert not (await desk.preview(lead, "YT-2W8H5D", "refused", Given(reason="不符"))).doubts
    seen = await desk.preview(lead, "YC-9R4T6B", "paid", Given())
    assert [one.key for one in seen.doubts] == ["no_documents"]
    async with house.database.begin() as unit:
        case = await unit.cases.locked("YC-9R4T6B")
        await unit.case_documents.keep(case, "a.pdf", b"%PDF-1.7", actor="rider")
    assert not (await desk.preview(lead, "YC-9R4T6B", "paid", Given())).doubts
    (sums,) = (await desk.preview(lead, "YC-9R4T6B", "paid", given)).doubts
    assert (sums.key, sums.values["before"], sums.values["now"]) == (
        "other_amount",
        Decimal("1860.00"),
        Decimal(900),
    )


async def test_a_payment_up_to_the_amount_needs_one(house: House, office: CaseOffice) -> None:
    one = actor(house, "王师傅", "staff", "yantai")
    given = Given(reason="核定", amount=Decimal(10_000))
    assert not (await office.move(one, "YT-2W8H5D", "approved", given)).waits


async def test_up_to_the_city_and_back_with_an_answer(
    house: House, office: CaseOffice, desk: CaseDesk, street: Actor, city: Actor
) -> None:
    """Street, district, city; the rider is told each time; who hasn't got it can only read."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await office.escalate(street, case.number, "涉及多个街道")
    await talk.hears()
    assert "威海经济技术开发区总工会" in talk.heard
    assert "涉及多个街道" in talk.heard
    assert not (await desk.get(street, case.number)).ours
    with pytest.raises(Refused, match="case_above"):
        await office.move(street, case.number, "quick_check", Given())
    await office.escalate(city, case.number, "区里协调不了")
    await talk.hears()
    assert "威海市总工会" in talk.heard
    await office.hand_down(city, case.number, "已约谈公司")
    await talk.hears()
    assert "已约谈公司" in talk.heard
    assert "开发区总工会" in talk.heard
    await office.hand_down(city, case.number, "街道跟进")
    assert (await desk.get(street, case.number)).ours
    async with house.database.begin() as unit:
        whats = [event.what for event in await unit.cases.events(case.number)]
    assert whats == ["opened", "escalated", "escalated", "returned", "returned"]
    with pytest.raises(Refused, match="not_escalated"):
        await office.hand_down(street, case.number, "还是我办")


async def test_the_clock_escalates_as_a_person_does(house: House, office: CaseOffice) -> None:
    """In the clocks' own transaction; at the top there is nothing left to do."""
    talk = Talk(house)
    case = await disputed(house, talk)
    found = []
    for _ in range(4):
        async with house.database.begin() as unit:
            found.append(await office.by_clock(unit, case.number, "超过时限"))
    assert found == [True, True, True, False]
    await talk.hears()
    assert "山东省总工会" in talk.heard


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "超过了 10 个工作日"), ("en", "10 working days")]
)
async def test_why_the_clock_escalated_is_said_in_the_reader_s_language(
    house: House, office: CaseOffice, language: str, told: str
) -> None:
    """What is kept is the key and its values; the other language isn't in it."""
    talk = Talk(house)
    case = await disputed(house, talk)
    async with house.database.begin() as unit:
        await unit.rows("update conversations set language = $1 returning id", language)
    async with house.database.begin() as unit:
        assert await office.by_clock(unit, case.number, overdue(10 * 7 * 60))
    await talk.hears()
    assert told in talk.heard
    assert ("工作日" in talk.heard) == (language == "zh")
    async with house.database.begin() as unit:
        event = (await unit.cases.events(case.number))[-1]
    assert event.text == Why("overdue", {"days": 10})
    door = Door(house.database)
    house.database.clock = house.clock
    account = await door.member("省里", "staff", "shandong")
    async with house.database.begin() as unit:
        await unit.accounts.change(account.id, language=language)
        account = await unit.accounts.get(account.id)
    async with visitors(door) as visitor:
        one = visitor(await door.enter(account))
        await one.get(f"/console/cases/{case.number}")
        assert told in one.text


async def test_with_another_office_the_clock_rests(
    house: House, office: CaseOffice, desk: CaseDesk
) -> None:
    """Its name is told, its number kept and exported; the clock runs again afterwards."""
    one = actor(house, "王师傅", "staff", "yantai")
    given = Given(elsewhere=Elsewhere("中国人寿烟台分公司", "PICC-77"))
    await office.move(one, "YT-2W8H5D", "elsewhere", given)
    await office.set_elsewhere(one, "YT-2W8H5D", "中国人寿烟台分公司", "CL-2026-9")
    shown = await desk.get(one, "YT-2W8H5D")
    assert shown.elsewhere.number == "CL-2026-9"
    await office.move(one, "YT-2W8H5D", "in_review", Given())
    async with house.database.begin() as unit:
        clocks = [event.clock for event in await unit.cases.events("YT-2W8H5D") if event.clock]
    assert clocks == ["start", "rest", "run"]


async def test_rules_give_a_new_case_to_whom_they_name(
    house: House, office: CaseOffice, desk: CaseDesk, district: Actor
) -> None:
    """The nearest region first, then what says most; by hand it can be changed."""
    await office.add_rule(district, "weihai-jingkai", "", "", "李娜")
    await office.add_rule(district, "weihai-jingkai-huangguan", "dispute", "", "王敏")
    case = await disputed(house, Talk(house))
    assert (await desk.get(district, case.number)).case.owner == "王敏"
    await office.assign(district, case.number, "李娜")
    assert (await desk.get(district, case.number)).case.owner == "李娜"
    page = await desk.page(district, Asked(owner="李娜"))
    assert [one.number for one in page.cases] == [case.number]
    with pytest.raises(Refused, match="region_reach"):
        await office.add_rule(district, "yantai", "", "", "李娜")


async def test_of_those_whom_rules_name_alike_who_has_least_gets_it(
    house: House, office: CaseOffice, desk: CaseDesk, district: Actor
) -> None:
    """By turns, as each has as many; a closed case is no load."""
    for name in ("李娜", "王敏"):
        await office.add_rule(district, "weihai-jingkai-huangguan", "dispute", "", name)
    numbers = [(await disputed(house, Talk(house))).number for _ in range(3)]
    owners = [(await desk.get(district, number)).case.owner for number in numbers]
    assert set(owners[:2]) == {"李娜", "王敏"}
    (busy,) = {owner for owner in owners if owners.count(owner) == 2}
    for number, owner in zip(numbers, owners, strict=True):
        if owner == busy:
            await office.move(district, number, "quick_check", Given())
            await office.move(district, number, "settled", Given(reason="公司已补发"))
    fourth = await disputed(house, Talk(house))
    assert (await desk.get(district, fourth.number)).case.owner == busy


async def test_a_rule_for_a_trade_goes_before_one_for_all(
    house: House, office: CaseOffice, desk: CaseDesk, district: Actor
) -> None:
    """Whoever drives a taxi is somebody else's than who delivers food."""
    region = "weihai-jingkai"
    await office.add_rule(district, region, "", "", "赵敏")
    await office.add_rule(district, region, "", "ride_hailing", "李娜")
    owners = []
    for sector in ("food_delivery", "ride_hailing", None):
        async with house.database.begin() as unit:
            person, _ = await unit.people.create()
            case = await unit.cases.file(
                person, unit.case_kinds.get("report"), region=region, sector=sector,
                details={"what": "路灯坏了"}, consent="1", code="123456",
            )  # fmt: skip
        owners.append((await desk.get(district, case.number)).case.owner)
    assert owners == ["赵敏", "李娜", "赵敏"]


async def test_many_are_moved_and_what_cannot_be_is_named(
    house: House, office: CaseOffice, desk: CaseDesk
) -> None:
    """Asked first: a dry run changes nothing."""
    lead = actor(house, "李娜", "lead", None)
    numbers = ["WH-3N6P8C", "WH-5X2V7E", "YT-2W8H5D"]
    given = Given(reason="材料齐全")
    tried = await office.move_many(lead, numbers, "approved", Given(), write=False)
    assert tried.done == ["WH-3N6P8C"]
    assert (await desk.get(lead, "WH-3N6P8C")).case.step == "in_review"
    done = await office.move_many(lead, numbers, "approved", given, write=True)
    assert done.done == ["WH-3N6P8C"]
    assert [one.number for one in done.skipped] == ["WH-5X2V7E", "YT-2W8H5D"]
    assert (await desk.get(lead, "WH-3N6P8C")).case.step == "approved"


async def test_a_table_goes_out_and_comes_back(house: House, office: CaseOffice) -> None:
    """One bad row and nothing is written; put right, all is."""
    lead = actor(house, "李娜", "lead", None)
    sheets = CaseSheets(house.database, office)
    raw = await sheets.export(lead, Asked(), "xlsx", "zh")
    assert {row.number for row in read_rows("a.xlsx", raw)} == {
        "WH-3N6P8C",
        "YT-2W8H5D",
        "YC-9R4T6B",
    }
    head = [HEADS[name][0] for name in ("number", "step", "reason")]
    good = ["WH-3N6P8C", "通过", "欢迎"]
    bad = ["YT-2W8H5D", "飞走", "x"]
    rows = read_rows("a.csv", write_csv([head, good, bad]))
    done = await sheets.take(lead, rows, write=True)
    assert [(one.line, one.number) for one in done.troubles] == [(3, "YT-2W8H5D")]
    async with house.database.begin() as unit:
        case = await unit.cases.get("WH-3N6P8C")
        assert case is not None
        assert case.step == "in_review"
    done = await sheets.take(lead, rows[:1], write=True)
    assert done.moved == [("WH-3N6P8C", "approved")]


async def test_an_auditor_sees_the_list_and_not_what_riders_wrote(
    house: House, desk: CaseDesk
) -> None:
    case = await disputed(house, Talk(house))
    auditor = actor(house, "审计", "auditor", None)
    shown = await desk.get(auditor, case.number)
    assert not shown.details
    assert not shown.profile
    assert not shown.following
    street = actor(house, "王敏", "staff", "weihai-jingkai-huangguan")
    details = str((await desk.get(street, case.number)).details)
    assert "顺达配送" in details
    assert "13900000088" not in details
    yantai = actor(house, "王师傅", "staff", "yantai")
    with pytest.raises(NotThere):
        await desk.get(yantai, case.number)


async def test_of_an_erased_rider_the_case_is_there_and_nothing_they_wrote(
    house: House, office: CaseOffice, desk: CaseDesk, street: Actor, district: Actor
) -> None:
    """Lists, the page, the export and the proposals all go on without it."""
    case = await disputed(house, Talk(house))
    await disputed(house, Talk(house))
    await office.escalate(street, case.number, "涉及多个街道")
    async with house.database.begin() as unit:
        await unit.people.erase(case.person, actor="rider")
    shown = await desk.get(district, case.number)
    assert not shown.details
    assert [event.text for event in shown.events] == [None, None]
    assert await CaseSheets(house.database, office).export(district, Asked(), "csv", "en")
    assert not (await CaseJoint(house.database, Texts()).proposals(district)).groups


async def test_cases_about_one_employer_are_joined_with_each_riders_consent(
    house: House, desk: CaseDesk, district: Actor, street: Actor
) -> None:
    """Found by a variant of the name; asked by buttons; then only who is named may see it."""
    one, other = Talk(house), Talk(house)
    first = await disputed(house, one, "威海顺达配送有限公司")
    second = await disputed(house, other, "顺达配送站点")
    joint = CaseJoint(house.database, Texts())
    (group,) = (await joint.proposals(district)).groups
    assert {case.number for case in group} == {first.number, second.number}
    made, asked = await joint.make(district, [first.number, second.number])
    assert asked == 2
    for talk, answer in ((one, "同意合办"), (other, "单独办")):
        await talk.hears()
        assert "合在一起" in talk.heard
        await talk.presses(answer)
    assert second.number not in "".join(reply.text for reply in one.all)
    shown = await joint.get(district, made.id)
    assert [case.number for case in shown.cases] == [first.number]
    with pytest.raises(NotThere):
        await desk.get(street, first.number)
    assert (await desk.get(street, second.number)).case.number == second.number
    await joint.name(district, made.id, "王敏")
    assert (await desk.get(street, first.number)).joint == made.id


async def test_a_joint_answer_counts_from_the_rider_only(house: House, district: Actor) -> None:
    """Somebody else who presses the button has no say."""
    one, other = Talk(house), Talk(house)
    first = await disputed(house, one)
    second = await disputed(house, other)
    joint = CaseJoint(house.database, Texts())
    made, _ = await joint.make(district, [first.number, second.number])
    await one.hears()
    button = next(b for b in one.heard.buttons if "同意" in b.label)
    other.all += one.heard.replies
    await other.presses("同意合办")
    assert "自己的对话" in other.heard
    assert button.id.endswith(f"{first.number}.yes")
    assert (await joint.get(district, made.id)).joint.joined == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("威海顺达配送有限公司", "顺达", True),
        ("顺达配送", "順達配送服務", True),
        ("美团外卖", "美团", True),
        ("顺丰速运", "顺达配送", False),
        ("京东", "美团", False),
        ("有限公司", "", False),
    ],
)
def test_names_of_one_employer_are_alike(one: str, other: str, same: bool) -> None:
    assert alike(one, other) == same

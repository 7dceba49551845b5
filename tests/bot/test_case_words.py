"""A note about a case, a line to its rider, and a case that is opened again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.case_office import CaseOffice
from bot.case_words import CaseWords
from bot.refused import Refused
from bot.wording import Texts
from knowledge.access import Actor, Denied, Role
from knowledge.case_records import Case, Given
from knowledge.notice_rows import NoticeRow
from tests.actions.talk import House, Talk
from tests.actions.test_cases import disputed


@pytest.fixture
def words(house: House) -> CaseWords:
    return CaseWords(house.database, Texts())


@pytest.fixture
def office(house: House) -> CaseOffice:
    return CaseOffice(house.database, Texts())


def actor(house: House, role: Role = "lead", region: str = "weihai") -> Actor:
    return Actor("赵敏", role, region, house.database.region_tree, account=1)


async def ended(house: House, talk: Talk, office: CaseOffice, to: str = "closed") -> Case:
    """A dispute that was checked and ended."""
    case = await disputed(house, talk)
    lead = actor(house)
    for step in ("quick_check", to):
        await office.move(lead, case.number, step, Given(reason="查过了"))
    await talk.hears()
    return case


async def told(house: House, number: str) -> list[tuple[str, str]]:
    """What happened last: (what, text)."""
    async with house.database.begin() as unit:
        return [(one.what, str(one.text)) for one in await unit.cases.events(number)]


async def test_a_note_is_for_colleagues_only(house: House, words: CaseWords) -> None:
    """It stands in the history, and the rider hears nothing; an empty one is refused."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await words.note(actor(house), case.number, " 打过电话，没人接 ")
    assert (await told(house, case.number))[-1] == ("noted", "打过电话，没人接")
    assert not await talk.hears()
    with pytest.raises(Refused, match="case_no_words"):
        await words.note(actor(house), case.number, "  ")
    with pytest.raises(Refused, match="case_long"):
        await words.note(actor(house), case.number, "长" * 501)


async def test_a_line_reaches_the_rider_who_can_answer_at_once(
    house: House, words: CaseWords, office: CaseOffice
) -> None:
    """The answer is put with the case, and staff are told; what is over takes none."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await words.say(actor(house), case.number, "欠的是九月还是十月？")
    heard = await talk.hears()
    assert case.number in heard
    assert "欠的是九月还是十月？" in heard
    await talk.presses("回复或补材料")
    await talk.says("九月和十月都欠")
    assert case.number in talk.heard
    assert (await told(house, case.number))[-1] == ("answered", "九月和十月都欠")
    async with house.database.begin() as unit:
        assert not await unit.handoffs.queue()
        kinds = [row.kind for row in await unit.session.scalars(select(NoticeRow))]
    assert "case_answered" in kinds
    await office.move(actor(house), case.number, "closed", Given(reason="查不到这家公司"))
    await talk.hears()
    await words.say(actor(house), case.number, "有新线索随时说")
    assert "有新线索随时说" in await talk.hears()
    assert not talk.heard.buttons


async def test_what_was_seen_before_decides_nothing(house: House, office: CaseOffice) -> None:
    """Whoever is first decides; the other is told where it stands. Nor is it taken from anybody."""
    talk = Talk(house)
    case = await disputed(house, talk)
    lead = actor(house)
    await office.move(lead, case.number, "quick_check", Given(), at="received")
    with pytest.raises(Refused, match="case_moved_on"):
        await office.move(lead, case.number, "closed", Given(reason="不属于"), at="received")
    other = Actor("王敏", "staff", "weihai", house.database.region_tree, account=2)
    async with house.database.begin() as unit:
        for one in (lead, other):
            await unit.accounts.add(one.name, one.name, "staff", "weihai", "zh")
    await office.assign(other, case.number, "王敏")
    third = Actor("小周", "staff", "weihai", house.database.region_tree, account=3)
    with pytest.raises(Refused, match="case_taken_by"):
        await office.assign(third, case.number, "小周")
    await office.assign(lead, case.number, "赵敏")  # a lead gives it to whom they think right


async def test_a_rider_who_cannot_be_reached_is_said_to_be(house: House, words: CaseWords) -> None:
    """Nothing of it stays in the history: nobody has read it."""
    lead = actor(house, region="yantai")
    before = await told(house, "YT-2W8H5D")
    with pytest.raises(Refused, match="case_unreachable"):
        await words.say(lead, "YT-2W8H5D", "在吗")
    assert await told(house, "YT-2W8H5D") == before


async def test_a_case_is_opened_again_at_the_step_before(
    house: House, words: CaseWords, office: CaseOffice
) -> None:
    """The rider is told why, its time begins anew, and it can be ended once more."""
    talk = Talk(house)
    case = await ended(house, talk, office)
    with pytest.raises(Denied):
        await words.reopen(actor(house, "staff"), case.number, "弄错了")
    with pytest.raises(Refused, match="case_reason"):
        await words.reopen(actor(house), case.number, " ")
    await words.reopen(actor(house), case.number, "公司又反悔了")
    assert "公司又反悔了" in await talk.hears()
    async with house.database.begin() as unit:
        now = await unit.cases.locked(case.number)
        clocks = await unit.clock_timers.of("case", case.number)
    assert (now.step, now.closed_at) == ("quick_check", None)
    assert [one.broken_at for one in clocks if one.breaks_at] == [None]
    assert (await told(house, case.number))[-1] == ("reopened", "公司又反悔了")
    await talk.says("那件事怎么样")
    (card,) = talk.heard.cards
    assert not any("无法处理" in line for line in card.lines)
    with pytest.raises(Refused, match="case_not_over"):
        await words.reopen(actor(house), case.number, "再来")
    await office.move(actor(house), case.number, "closed", Given(reason="这次真的好了"))


async def test_a_refused_claim_is_in_review_again(
    house: House, words: CaseWords, office: CaseOffice
) -> None:
    """The claim follows: its review isn't done any more; what was paid stays paid."""
    lead = actor(house, region="yantai")
    await office.move(lead, "YT-2W8H5D", "refused", Given(reason="材料不符"))
    await words.reopen(lead, "YT-2W8H5D", "材料看错了")
    async with house.database.begin() as unit:
        claim = await unit.claims.claim("YT-2W8H5D")
        assert claim is not None
    assert claim.step == "in_review"
    assert "refused" not in dict(claim.steps)
    paid = Given(reason="核定", amount=Decimal(100))
    for step in ("approved", "paid"):
        await office.move(lead, "YT-2W8H5D", step, paid)
    with pytest.raises(Refused, match="case_for_good"):
        await words.reopen(lead, "YT-2W8H5D", "弄错了")


async def test_an_application_is_opened_again_unless_a_membership_or_another_came_of_it(
    house: House, words: CaseWords, office: CaseOffice
) -> None:
    """A refused one is looked at again; nobody has two open."""
    lead = actor(house)
    await office.move(lead, "WH-3N6P8C", "refused", Given(reason="单位不符"))
    await words.reopen(lead, "WH-3N6P8C", "核对错了")
    async with house.database.begin() as unit:
        application = await unit.memberships.application("WH-3N6P8C")
        assert application is not None
        assert application.state in ("received", "in_review")
    await office.move(lead, "WH-3N6P8C", "approved", Given(reason="好"))
    with pytest.raises(Refused, match="case_for_good"):
        await words.reopen(lead, "WH-3N6P8C", "弄错了")

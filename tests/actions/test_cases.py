"""Cases from the rider's side: hardship, dispute, report, counselling, and a kind made of data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.case_told import CaseTold
from bot.wording import Texts
from knowledge.case_kinds import CaseKinds, read_case_kinds
from knowledge.case_records import Case, Given
from knowledge.content_cases import CaseKindEntry
from knowledge.content_schema import read_list
from tests.actions.talk import House, Talk

NUMBER = re.compile(r"[A-Z]{2}-[2-9A-HJKMNP-Z]{6}")

SCREENING = """
- code: screening
  name: {zh: 两癌筛查登记, en: Screening}
  route: check_screening
  phone: none
  deadlines:
    - {region: weihai, working_days: 3}
  questions:
    - code: age
      type: count
      ask: {zh: 您今年多大？, en: How old are you?}
      label: {zh: 年龄, en: Age}
  steps:
    - {code: received, name: {zh: 已登记, en: Registered}, plain: received}
    - code: invited
      name: {zh: 已安排, en: Invited}
      plain: decided
      decides: true
      reason: needed
      final: true
      told: {zh: "{number} 安排好了：{reason}", en: "{number} is arranged: {reason}"}
  moves:
    - {at: [received], to: invited}
"""


async def the_case(house: House, talk: Talk) -> Case:
    found = NUMBER.search(talk.heard.text)
    assert found, talk.heard.text
    async with house.database.begin() as unit:
        case = await unit.cases.get(found[0])
    assert case is not None
    return case


async def filed(house: House, talk: Talk) -> Case:
    """Agree, confirm."""
    assert "同意吗" in talk.heard, talk.heard.text
    await talk.presses("同意")
    await talk.presses("确认提交")
    return await the_case(house, talk)


async def decided(house: House, number: str, to: str, reason: str | None = None) -> int:
    """What an office does; in how many conversations it is told."""
    async with house.database.begin() as unit:
        moved = await unit.cases.move(number, to, actor="staff:王敏", given=Given(reason=reason))
        return await CaseTold(Texts()).tell_step(unit, moved)


async def disputed(house: House, talk: Talk, employer: str = "顺达配送") -> Case:
    """A dispute from the first line to its number."""
    await talk.says("老板拖欠我三个月工资一直不给发")
    await talk.says(employer)
    for _ in range(8):
        if "同意吗" in talk.heard:
            break
        asked = talk.heard.text
        if "多少人" in asked:
            await talk.says("5个人")
        elif "手机号" in asked:
            await talk.says("13900000088")
        elif "干活" in asked:
            await talk.says("威海经区皇冠街道")
        else:
            await talk.presses("以后再")
    return await filed(house, talk)


async def test_a_booking_s_time_is_a_time(house: House) -> None:
    """Said with the answer before it needn't be asked for; a place or a phone number is none."""
    talk = Talk(house)
    await talk.says("想约心理咨询")
    await talk.says("线上，工作日晚上")
    assert "什么时候方便" not in talk.heard
    other = Talk(house)
    await other.says("想约心理咨询")
    await other.says("线上")
    heard = await other.says("佛山南海，13800001239")
    assert "写个大概的时间就行" in heard
    assert "什么时候方便" in heard
    await other.says("周六下午")
    assert "什么时候方便" not in other.heard


async def test_who_was_fined_is_not_asked_for_how_many_months(house: House) -> None:
    """Nor for how many people, unless wages are owed as well."""
    talk = Talk(house)
    await talk.says("平台乱罚款，一单罚了我二百块")
    await talk.says("美团站点")
    while "同意吗" not in talk.heard:
        assert "几个月" not in talk.heard
        assert "多少人" not in talk.heard
        if "干活" in talk.heard:
            await talk.says("威海经区皇冠街道")
        elif "手机号" in talk.heard:
            await talk.says("13900000088")
        else:
            await talk.presses("以后再补")
    await talk.presses("同意")
    assert "几个月" not in talk.heard
    assert "二百" in talk.heard
    both = Talk(house)
    await both.says("平台乱罚款，工资也一直拖欠着不给")
    await both.says("美团站点")
    assert "几个月" in both.heard


@pytest.mark.parametrize("said", ["就是不发", "反正不给结", "一分钱都没给"])
async def test_what_a_firm_does_is_not_its_name(house: House, said: str) -> None:
    """Asked once more; another wish is no name either, however long."""
    talk = Talk(house)
    await talk.says("老板拖欠我三个月工资")
    assert "哪家公司" in talk.heard
    heard = await talk.says(said)
    assert "哪家公司" in heard
    await talk.says("鑫源劳务")
    assert "哪家公司" not in talk.heard


async def test_hardship_from_the_first_line_to_the_decision(house: House) -> None:
    """The sentence is the account; number and code; each step is told; the status shows it."""
    talk = Talk(house)
    await talk.says("家里老人病了实在困难，工会能帮一把不")
    assert "几口人" in talk.heard
    assert "什么情况" not in talk.heard
    await talk.says("四口")
    assert "哪儿干活" in talk.heard
    await talk.says("威海经区皇冠街道")
    await talk.says("13900000088")
    assert "王师傅" not in talk.heard
    case = await filed(house, talk)
    assert (case.kind, case.region, case.step) == (
        "hardship",
        "weihai-jingkai-huangguan",
        "received",
    )
    assert re.search(r"查询码：\d{6}", talk.heard.text)
    async with house.database.begin() as unit:
        details = await unit.cases.details(case)
    assert details == {
        "trouble": "家里老人病了实在困难，工会能帮一把不",
        "family": 4,
        "phone": "+8613900000088",
    }
    await decided(house, case.number, "in_review")
    await talk.hears()
    assert case.number in talk.heard
    await decided(house, case.number, "granted", "给予慰问和医疗帮扶")
    await talk.hears()
    assert "给予慰问和医疗帮扶" in talk.heard
    await talk.presses("查诉求进度")
    assert "给予帮扶" in talk.heard
    assert "皇冠街道总工会" in talk.heard


async def test_a_summary_can_be_changed_and_refused(house: House) -> None:
    """Nothing is filed without the last button, and each answer has one to change it."""
    talk = Talk(house)
    await talk.says("我想约心理咨询")
    assert "12356" in talk.heard
    await talk.presses("线上")
    await talk.says("工作日晚上都可以的")
    await talk.says("威海经区皇冠街道")
    await talk.says("13900000088")
    await talk.presses("同意")
    await talk.presses("改方式")
    await talk.presses("当面")
    assert "当面" in talk.heard
    await talk.presses("不提交")
    assert "没有提交" in talk.heard
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        assert await unit.cases.of(conversation.person) == []


async def test_a_dispute_is_urgent_and_names_the_other_bureau(house: House) -> None:
    """12333 first; hardship aid is offered beside it."""
    talk = Talk(house)
    case = await disputed(house, talk)
    assert case.urgent
    assert "困难帮扶" in talk.heard.labels
    assert any("12333" in reply.text for reply in talk.all)
    async with house.database.begin() as unit:
        details = await unit.cases.details(case)
    assert details["employer"] == "顺达配送"
    assert details["months"] == 3
    assert details["people"] == 5


async def test_what_became_of_it_is_told_after_proof_only(house: House) -> None:
    """Another phone: nothing without number and code; the last four open the step alone."""
    talk = Talk(house)
    case = await disputed(house, talk)
    code = re.search(r"查询码：(\d{6})", "\n".join(reply.text for reply in talk.all))
    assert code
    other = Talk(house)
    await other.says("我反映的那件事怎么样了")
    assert case.number not in other.heard
    await other.says(case.number)
    await other.says("0088")
    assert "还没开始审核" in other.heard
    assert "顺达" not in other.heard
    third = Talk(house)
    await third.says(f"那件事怎么样了 {case.number} {code[1]}")
    assert "讨薪维权" in third.heard


async def test_a_photo_becomes_a_document_of_the_case(house: House) -> None:
    """Sealed, with its kind checked by what it is."""
    talk = Talk(house)
    await talk.says("路口的路灯坏了好几天了晚上看不见")
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        jpeg = b"\xff\xd8\xff" + b"x" * 100
        file = await unit.files.keep(conversation.person, talk.number, "image/jpeg", jpeg)
    await talk.photo(file)
    await talk.says("威海经区皇冠街道")
    case = await filed(house, talk)
    async with house.database.begin() as unit:
        (document,) = await unit.case_documents.of(case)
        _, body = await unit.case_documents.read(case, document.id)
    assert (document.mime, body) == ("image/jpeg", jpeg)


async def test_one_open_case_of_a_single_kind(house: House) -> None:
    """Who asks again is asked to prove who they are, and told how far it has come."""
    talk = Talk(house)
    await talk.says("家里老人病了实在困难，工会能帮一把不")
    await talk.says("四口")
    await talk.says("威海经区皇冠街道")
    await talk.says("13900000088")
    await filed(house, talk)
    await talk.says("家里老人病了实在困难，工会能帮一把不")
    assert "已经有一件" in talk.heard
    assert "已收到" in talk.heard


async def test_a_new_kind_is_a_file_and_nothing_else(house: House, tmp_path: Path) -> None:
    """From the rider's wish over its question to the decision, with a deadline of the region."""
    (tmp_path / "kinds.yaml").write_text(SCREENING, encoding="utf-8")
    new = read_list(tmp_path, "kinds.yaml", CaseKindEntry)
    house.database.case_kinds = CaseKinds([*read_case_kinds(), *new])
    talk = Talk(house)
    await talk.says("两癌筛查怎么登记")
    assert "多大" in talk.heard
    await talk.says("42")
    await talk.says("威海经区皇冠街道")
    case = await filed(house, talk)
    assert (case.kind, str(case.due)) == ("screening", "2026-11-27")
    assert "11月27日" in talk.heard
    await decided(house, case.number, "invited", "12月5日上午到市立医院体检中心")
    await talk.hears()
    assert f"{case.number} 安排好了：12月5日上午" in talk.heard


async def test_applications_and_claims_have_cases_of_the_same_number(house: House) -> None:
    """The demonstration's own, and one that is filed now; the case moves, the table follows."""
    async with house.database.begin() as unit:
        for number, kind, step in (
            ("WH-3N6P8C", "application", "in_review"),
            ("YT-2W8H5D", "claim", "in_review"),
            ("YT-7K3Q9M", "claim", "paid"),
        ):
            case = await unit.cases.get(number)
            assert case is not None
            assert (case.kind, case.step) == (kind, step)
        given = Given(reason="送保险公司核定")
        await unit.cases.move("YT-2W8H5D", "elsewhere", actor="staff:王敏", given=given)
        claim = await unit.claims.claim("YT-2W8H5D")
        assert claim is not None
        assert claim.step == "in_review"
        await unit.cases.move("WH-3N6P8C", "approved", actor="staff:王敏")
        application = await unit.memberships.application("WH-3N6P8C")
        assert application is not None
        assert await unit.memberships.of(application.person) is not None
        events = await unit.cases.events("YT-2W8H5D")
    assert [event.clock for event in events] == ["start", None, "rest"]


async def test_in_english_from_the_wish_over_a_change_to_the_number(house: House) -> None:
    """The same form in the rider's own language; what was put off is said so."""
    talk = Talk(house)
    await talk.says("I want to apply for hardship aid, my mother is in hospital and I cannot pay")
    assert "How many" in talk.heard
    await talk.presses("ater")
    await talk.says("Huangguan, Weihai Jingkai")
    assert "mobile" in talk.heard
    await talk.says("13912345679")
    await talk.says("agree")
    assert "my mother is in hospital" in talk.heard
    assert "People at home: not given" in talk.heard
    await talk.presses("Change: Phone")
    await talk.says("13812345670")
    assert "13812345670" in talk.heard
    await talk.presses("Hand it in")
    case = await the_case(house, talk)
    assert "Huangguan Subdistrict Federation of Trade Unions" in talk.heard
    await decided(house, case.number, "in_review")
    await talk.hears()
    assert "is being looked into" in talk.heard

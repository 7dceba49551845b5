"""What a claim is about: offered to riders from the store, and said in words to staff."""

from __future__ import annotations

from actions.cases import spoken_answer
from actions.content import Press
from bot.case_desk import CaseDesk
from bot.console.routes import spoken
from bot.inbox_known import records_of
from bot.wording import Texts
from knowledge.access import Actor
from knowledge.content_entries import Words
from knowledge.schemes import SchemeRow
from tests.actions.talk import House, Talk
from tests.actions.test_cases import the_case


async def test_the_schemes_that_are_offered_are_those_of_the_store(house: House) -> None:
    """A new one is there at once; on record in a region, that region's own."""
    async with house.database.begin() as unit:
        known = await unit.schemes.get("yinchuan-mutual-aid")
        assert known is not None
        body = known.model_copy(
            update={
                "code": "weihai-own",
                "region": "weihai",
                "name": Words(zh="威海自己的", en="W"),
            }
        ).model_dump(mode="json")
        row = SchemeRow(code="weihai-own", kind=known.kind, region="weihai", body=body)
        unit.session.add(row)
    anybody = Talk(house)
    await anybody.sends(Press(id="r:submit_claim", label="申请报销"))
    assert {"威海市威海自己的", "银川市职工互助保障", "不确定"} <= set(anybody.heard.labels)
    local = Talk(house)
    await local.says("附近哪儿能歇脚")
    async with house.database.begin() as unit:
        found = await unit.conversations.get(local.number)
        assert found is not None
        await unit.people.change(found.person, {}, actor="test", region="weihai-jingkai")
    await local.sends(Press(id="r:submit_claim", label="申请报销"))
    assert "威海自己的" in local.heard.labels
    assert not any("银川" in label for label in local.heard.labels)
    await local.says("威海自己的")
    await local.says("11月3日到11月9日")
    await local.says("3200")
    for text in ("以后再补", "later", "回头再补"):
        assert "拍一张" in local.heard
        await local.says(text)
    for _ in range(3):
        if "手机" in local.heard:
            await local.says("13900000088")
        if "同意吗" in local.heard:
            break
    assert "同意吗" in local.heard, local.heard.text
    await local.presses("同意")
    assert "威海自己的" in local.heard
    await local.presses("确认提交")
    case = await the_case(house, local)
    desk = CaseDesk(house.database, Texts())
    actor = Actor("王敏", "staff", "weihai", house.database.region_tree, account=1)
    shown = await desk.get(actor, case.number)
    assert spoken_answer(shown.kind, "scheme", shown.details["scheme"], "zh") == "威海市威海自己的"
    assert shown.extra["scheme"] == Words(zh="威海自己的", en="W")
    assert "出院小结" in shown.extra["missing"].zh
    assert "Discharge summary" in shown.extra["missing"].en


async def test_what_is_missing_is_said_in_words_beside_the_conversation(house: House) -> None:
    """No code of a paper is shown to staff, in either language."""
    async with house.database.begin() as unit:
        claim = await unit.claims.claim("YT-2W8H5D")
        assert claim is not None
        found = await records_of(unit, claim.person)
    record = next(one for one in found if one.number == claim.number)
    assert claim.missing == ("discharge_summary",)
    assert record.facts["missing"] == Words(zh="出院小结", en="Discharge summary")
    assert spoken(record.facts["missing"], "en") == "Discharge summary"

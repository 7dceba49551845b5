"""Joining the union: few questions, consent before anything is filed, nobody twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actions.workplace import nearest, settle
from knowledge.membership import Application, ApplicationRow
from knowledge.people import PersonRow
from tests.actions.talk import House, Talk

NUMBER = re.compile(r"[A-Z]{2}-[2-9A-HJKMNP-Z]{6}")
FRESH = "13900000088"
QUESTIONS = {
    "在哪儿干活": "威海经区皇冠街道",
    "手机号是多少": FRESH,
    "姓名是": "李雷",
}


async def filed(house: House) -> int:
    """How many applications there are beside the demonstration's own."""
    async with house.database.begin() as unit:
        found = await unit.session.scalar(
            select(func.count()).select_from(ApplicationRow).where(ApplicationRow.consent != "demo")
        )
        return found or 0


async def the_application(house: House, talk: Talk) -> Application:
    found = NUMBER.search(talk.heard.text)
    assert found, talk.heard.text
    async with house.database.begin() as unit:
        application = await unit.memberships.application(found[0])
    assert application is not None
    return application


async def to_the_consent(talk: Talk, sentence: str = "") -> None:
    """Join by one sentence that says it all."""
    await talk.says(sentence or f"我叫李雷，在威海经区皇冠街道送外卖，手机{FRESH}，想入会")
    assert "同意吗" in talk.heard


async def joined(talk: Talk, sentence: str = "") -> None:
    """The whole way."""
    await to_the_consent(talk, sentence)
    await talk.presses("同意")
    await talk.presses("确认提交")


async def test_a_bare_wish_takes_at_most_six_questions(house: House) -> None:
    """Trade, place, phone and name; consent and the summary aren't counted."""
    talk = Talk(house)
    await talk.says("我要入会")
    assert "哪一行" in talk.heard
    await talk.presses("送外卖")
    asked = 1
    while "同意吗" not in talk.heard:
        answer = next(answer for question, answer in QUESTIONS.items() if question in talk.heard)
        await talk.says(answer)
        asked += 1
        assert asked <= 6
    await talk.presses("同意")
    await talk.presses("确认提交")
    application = await the_application(house, talk)
    assert (application.sector, application.region) == ("food_delivery", "weihai-jingkai-huangguan")
    assert application.sector_union == "weihai-jingkai-food-delivery"


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (f"我叫李雷，是送外卖的，在威海经区，手机{FRESH}，想入会", []),
        (f"我是送快递的，在烟台芝罘区，手机{FRESH}，想加入工会", ["姓名"]),
        ("我是送外卖的，在威海经区，想入会", ["手机", "姓名"]),
    ],
)
async def test_a_full_sentence_leaves_at_most_two_questions(
    house: House, sentence: str, questions: list[str]
) -> None:
    """What was said is not asked again."""
    talk = Talk(house)
    await talk.says(sentence)
    for question in questions:
        assert question in talk.heard
        await talk.says(FRESH if question == "手机" else "李雷")
    assert "同意吗" in talk.heard


WHOLE = "提交前请看一下"


async def test_the_consent_is_put_again_in_few_words_while_it_still_stands_above(
    house: House,
) -> None:
    """Beside a question of fact, a photo or a doubt; whole again once it is far up."""
    talk = Talk(house)
    await to_the_consent(talk)
    assert WHOLE in talk.heard
    for heard in (await talk.says("入会要交会费吗"), await talk.photo(1), await talk.says("不懂")):
        assert WHOLE not in heard
        assert "同意吗" in heard
        assert "经济技术开发区" in heard
    await talk.waits(timedelta(minutes=11))
    assert WHOLE in await talk.says("入会要交会费吗")
    await talk.says("入会要交会费吗")
    await talk.presses("同意")
    await talk.presses("确认提交")
    application = await the_application(house, talk)
    assert application.sector == "food_delivery"


async def test_a_photo_that_nobody_asked_for_is_no_wrong_number(house: House) -> None:
    """It is kept, and the question stands."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    await talk.says("威海经区皇冠街道")
    heard = await talk.photo(1)
    assert "照片存好了" in heard
    assert "手机号是多少" in heard


@pytest.mark.parametrize("word", ["后面再说", "等我下班再弄", "先放着", "do it later"])
async def test_later_puts_the_whole_form_off(house: House, word: str) -> None:
    """At the consent as anywhere; nothing is lost, and one tap goes on."""
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.says(word)
    assert "接着办" in talk.heard.labels or "Go on" in talk.heard.labels, talk.heard.text
    assert await filed(house) == 0
    await talk.says("继续")
    assert "同意吗" in talk.heard


async def test_nothing_is_filed_before_consent_and_confirmation(house: House) -> None:
    """Neither application nor profile are written until the summary is confirmed."""
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    assert await filed(house) == 0
    async with house.database.begin() as unit:
        profiles = select(func.count()).select_from(PersonRow).where(PersonRow.sector.is_not(None))
        before = await unit.session.scalar(profiles)
    await talk.presses("确认提交")
    assert await filed(house) == 1
    async with house.database.begin() as unit:
        assert await unit.session.scalar(profiles) == (before or 0) + 1


async def test_consent_says_what_why_who_and_how_long(house: House) -> None:
    """And another way to join; the agreed wording's version stays with the application."""
    talk = Talk(house)
    await to_the_consent(talk)
    for said in ("姓名", "手机", "为什么", "谁能看", "外卖行业工会", "存多久", "12351", "当地工会"):
        assert said in talk.heard
    assert "境外" not in talk.heard
    await talk.presses("同意")
    await talk.presses("确认提交")
    number = (await the_application(house, talk)).number
    async with house.database.begin() as unit:
        row = await unit.session.get(ApplicationRow, number)
        assert row is not None
        assert re.fullmatch(r"join\.consent@zh:[0-9a-f]{8}", row.consent)


async def test_on_telegram_the_way_abroad_is_agreed_to_by_itself(house: House) -> None:
    """It is told with the consent, and agreed to with a button that names it."""
    talk = Talk(house, "telegram")
    await to_the_consent(talk)
    assert "境外" in talk.heard
    await talk.presses("同意")
    assert any("确认" in label and "境外" in label for label in talk.heard.labels)
    await talk.presses("确认提交")
    number = (await the_application(house, talk)).number
    async with house.database.begin() as unit:
        row = await unit.session.get(ApplicationRow, number)
        assert row is not None
        assert "join.consent_telegram@zh" in row.consent
        assert "join.summary_telegram@zh" in row.consent


@pytest.mark.parametrize("answer", ["不同意", "不行"])
async def test_who_refuses_consent_files_nothing_and_hears_another_way(
    house: House, answer: str
) -> None:
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.says(answer)
    assert "12351" in talk.heard
    assert "皇冠街道总工会" in talk.heard
    assert await filed(house) == 0


async def test_who_does_not_confirm_files_nothing(house: House) -> None:
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    await talk.presses("不提交")
    assert "12351" in talk.heard
    assert await filed(house) == 0


async def test_each_line_of_the_summary_can_be_changed(house: House) -> None:
    """Each has its button; consent is asked for again only where another union would see it."""
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    for button, answer, shown in (
        ("改行业", "送快递", "行业：送快递"),
        ("改地点", "烟台芝罘区南大街", "地点：南大街（烟台市芝罘区）"),
    ):
        await talk.presses(button)
        await talk.says(answer)
        assert "同意吗" in talk.heard
        await talk.presses("同意")
        assert shown in talk.heard, answer
    for button, answer, shown in (
        ("改手机", "13900000077", "手机：13900000077"),
        ("改姓名", "韩梅梅", "姓名：韩梅梅"),
        ("填身份证号", "000000198306040184", "**************0184"),
        ("填单位", "顺丰芝罘站", "单位：顺丰芝罘站"),
    ):
        await talk.presses(button)
        await talk.says(answer)
        assert shown in talk.heard, answer
        assert "同意吗" not in talk.heard
    assert "芝罘区总工会" in talk.heard
    await talk.presses("确认提交")
    application = await the_application(house, talk)
    assert (application.sector, application.region) == ("express", "yantai-zhifu")
    assert application.number.startswith("YT-")
    async with house.database.begin() as unit:
        profile = await unit.people.profile(application.person)
    assert profile["phone"] == "+8613900000077"
    assert profile["id_number"] == "000000198306040184"
    assert profile["employer"] == "顺丰芝罘站"
    async with house.database.begin() as unit:
        row = await unit.session.get(ApplicationRow, application.number)
        assert row is not None
        assert "join.id_number@zh" in row.consent


async def test_a_line_can_also_be_corrected_in_words(house: House) -> None:
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    await talk.says("手机不对，是13900000077")
    assert "13900000077" in talk.heard
    assert FRESH not in talk.heard


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("不对", "哪一项不对"),
        ("改一下地址", "在哪儿干活"),
        ("名字写错了", "姓名"),
        ("电话号码填错了", "手机"),
    ],
)
async def test_what_is_wrong_in_the_summary_is_changed_and_nothing_is_lost(
    house: House, said: str, then: str
) -> None:
    """A bare "不对" leaves nothing; what a line is called is as good as its button."""
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    heard = await talk.says(said)
    assert then in heard
    assert "没有提交" not in heard


async def test_a_name_that_was_wrong_is_corrected_at_any_question(house: House) -> None:
    """At the consent, too; and one beside the phone needn't be asked for."""
    talk = Talk(house)
    await talk.says("我要入会，送外卖，威海经区皇冠街道，叫陈大文，电话13800002222")
    assert "同意吗" in talk.heard
    await talk.says("不对，名字是陈大伟")
    await talk.presses("同意")
    assert "陈大伟" in talk.heard
    assert "陈大文" not in talk.heard


async def test_the_id_number_has_a_consent_of_its_own_and_may_come_later(house: House) -> None:
    """What it is for stands in its question; a wrong digit is found; "later" is an answer."""
    talk = Talk(house)
    await to_the_consent(talk)
    assert "身份证" not in talk.heard
    await talk.presses("同意")
    await talk.presses("填身份证号")
    assert "单独" in talk.heard
    assert "同意" in talk.heard
    await talk.says("000000198306040185")
    assert "校验" in talk.heard
    await talk.says("以后再补吧")
    assert "身份证号：还没填" in talk.heard
    await talk.presses("确认提交")
    assert "身份证号还没填" in talk.heard


async def test_an_id_number_in_the_first_sentence_is_not_used_without_its_consent(
    house: House,
) -> None:
    talk = Talk(house)
    await talk.says(f"我叫李雷，在威海经区送外卖，手机{FRESH}，身份证000000198306040184，想入会")
    assert "单独" in talk.heard
    await talk.says("不用")
    await talk.presses("同意")
    assert "身份证号：还没填" in talk.heard


async def test_a_shared_position_becomes_a_region_and_is_not_kept(house: House) -> None:
    """The lowest region known there; the position is in nothing that stays."""
    talk = Talk(house)
    await talk.says(f"我叫李雷，送外卖的，手机{FRESH}，想入会")
    assert talk.heard[-1].ask == "location"
    await talk.shares(37.4865, 122.1502)
    await talk.presses("同意")
    assert "皇冠商圈" in talk.heard
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        assert conversation.state is not None
        state = await unit.people.unseal(conversation.person, conversation.state, "state")
    assert state["forms"][0]["answers"]["workplace"].get("lat") is None
    await talk.presses("确认提交")
    assert (await the_application(house, talk)).region == "weihai-jingkai-huangguan-circle"


async def test_a_position_far_from_all_is_asked_for_in_words(house: House) -> None:
    talk = Talk(house)
    await talk.says(f"我叫李雷，送外卖的，手机{FRESH}，想入会")
    await talk.shares(31.23, 121.47)
    assert "哪个市、哪个区" in talk.heard
    await talk.says("上海浦东")
    assert "12351" in talk.heard
    await talk.says("佛山南海")
    assert "同意吗" in talk.heard
    assert "南海区" in talk.heard


async def test_a_place_that_could_be_in_two_cities_is_asked_about(house: House) -> None:
    """ "开发区" is one of each city; the city's name settles it."""
    talk = Talk(house)
    await talk.says(f"我叫李雷，在开发区送快递，手机{FRESH}，想入会")
    assert any("威海" in label for label in talk.heard.labels)
    assert any("烟台" in label for label in talk.heard.labels)
    await talk.says("威海的")
    assert "威海经济技术开发区快递行业工会" in talk.heard


async def test_a_city_alone_is_asked_for_its_district_but_will_do(house: House) -> None:
    talk = Talk(house)
    await talk.says(f"我叫李雷，在烟台送外卖，手机{FRESH}，想入会")
    assert "烟台市哪个区" in talk.heard
    await talk.says("就写烟台吧")
    assert "烟台市总工会" in talk.heard


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("威海经区", ["weihai-jingkai"]),
        ("威海经区皇冠街道", ["weihai-jingkai-huangguan"]),
        ("皇冠商圈", ["weihai-jingkai-huangguan-circle"]),
        ("海滨社区", ["weihai-jingkai-haibin-community"]),
        ("烟台开发区", ["yantai-kaifaqu"]),
        ("我在威海开发区跑单", ["weihai-jingkai"]),
        ("开发区", ["weihai-jingkai", "yantai-kaifaqu"]),
        ("威海高新区", ["weihai-gaoqu"]),
        ("Weihai Jingkai", ["weihai-jingkai"]),
        ("上海浦东", []),
    ],
)
async def test_words_settle_on_the_lowest_region_they_name(
    house: House, words: str, codes: list[str]
) -> None:
    assert sorted(r.code for r in settle(house.database.region_tree, words)) == codes


async def test_a_position_is_told_by_rough_middles_only_as_far_as_they_reach(
    house: House,
) -> None:
    tree = house.database.region_tree
    near = nearest(tree, 37.486, 122.151)
    assert near is not None
    assert near.code == "weihai-jingkai-huangguan"
    assert nearest(tree, 31.23, 121.47) is None


@pytest.mark.parametrize(
    ("sentence", "says", "not_said"),
    [
        ("在威海经区皇冠街道送外卖", "皇冠街道总工会受理，威海经济技术开发区外卖行业工会", "没有"),
        ("在威海经区扫马路", "由威海经济技术开发区总工会审核", "行业工会"),
        ("在海口龙华区送外卖", "由海口市龙华区总工会审核", "行业工会"),
    ],
)
async def test_the_sector_union_decides_else_the_regions_own_body(
    house: House, sentence: str, says: str, not_said: str
) -> None:
    talk = Talk(house)
    await joined(talk, f"我叫李雷，{sentence}，手机{FRESH}，想入会")
    assert says in talk.heard
    assert not_said not in talk.heard


async def test_a_due_date_is_told_only_where_the_region_has_one(house: House) -> None:
    """Five working days in the Weihai zone, nothing in Haikou."""
    talk = Talk(house)
    await joined(talk)
    assert "12月1日" in talk.heard
    other = Talk(house)
    await joined(other, "我叫韩梅，在海口龙华区送外卖，手机13900000087，想入会")
    assert "前答复" not in other.heard


async def test_a_due_date_in_a_year_not_yet_announced_is_said_to_be_provisional(
    house: House,
) -> None:
    house.clock.move(timedelta(days=36))
    talk = Talk(house)
    await joined(talk)
    assert "2027" in talk.heard
    assert "还没公布" in talk.heard


async def test_number_and_code_open_it_from_another_conversation(house: House) -> None:
    talk = Talk(house)
    await joined(talk)
    number = NUMBER.search(talk.heard.text)
    code = re.search(r"\b\d{6}\b", talk.heard.text)
    assert number
    assert code
    other = Talk(house)
    await other.says(f"我的申请到哪了 {number[0]} {code[0]}")
    assert "入会申请" in other.heard
    assert "外卖行业工会" in other.heard


@pytest.mark.parametrize("phone", ["13900000001", "13900000003"])
async def test_a_phone_on_record_reveals_nothing_and_files_nothing(
    house: House, phone: str
) -> None:
    """A member's and an applicant's phone are answered alike, with ways to go on."""
    talk = Talk(house)
    await talk.says(f"在威海经区送外卖，手机{phone}，想入会")
    assert "可能" in talk.heard
    for told in ("林晓", "陈雨", "WH-3N6P8C", "烟台", "是会员", "审核中"):
        assert told not in talk.heard
    assert await filed(house) == 0
    await talk.presses("换个手机号")
    await talk.says(FRESH)
    assert "姓名" in talk.heard


async def test_whose_record_it_is_hears_of_it_after_proof(house: House) -> None:
    talk = Talk(house)
    await talk.says("在威海经区送快递，手机13900000003，想入会")
    await talk.presses("证明是我")
    await talk.says("wh3n6p8c 559201")
    assert "正在办" in talk.heard
    assert "WH-3N6P8C" in talk.heard
    await talk.says("在威海经区送快递，手机13900000003，想入会")
    assert "不用再交" in talk.heard
    assert "WH-3N6P8C" in talk.heard
    assert await filed(house) == 0


async def test_an_id_number_on_record_is_found_too(house: House) -> None:
    talk = Talk(house)
    await to_the_consent(talk)
    await talk.presses("同意")
    await talk.presses("填身份证号")
    await talk.says("000000198803120126")
    assert "可能" in talk.heard
    assert "烟台" not in talk.heard


async def test_nobody_applies_twice_in_their_own_conversation(house: House) -> None:
    """Told at once as long as the filing is fresh; later only after proof."""
    talk = Talk(house)
    await joined(talk)
    await talk.says("我要入会")
    assert "不用再交" in talk.heard
    assert NUMBER.search(talk.heard.text)
    await talk.waits(timedelta(minutes=31))
    await talk.says("我要入会")
    assert "核实" in talk.heard
    assert "外卖" not in talk.heard
    assert await filed(house) == 1


async def test_after_a_refusal_one_may_apply_again(house: House) -> None:
    talk = Talk(house)
    await joined(talk, "我叫张伟，在威海经区送外卖，手机13900000004，想入会")
    application = await the_application(house, talk)
    async with house.database.begin() as unit:
        await unit.memberships.decide(application.number, "refused", actor="office")
    await joined(talk, "我叫张伟，在威海经区送外卖，手机13900000004，想入会")
    again = await the_application(house, talk)
    assert again.number != application.number
    assert again.person == application.person


@pytest.mark.parametrize("answer", ["我要入会", "谢谢", "怎么填", "1234", "不知道"])
async def test_what_is_no_name_is_not_taken_for_one(house: House, answer: str) -> None:
    talk = Talk(house)
    await talk.says(f"在威海经区送外卖，手机{FRESH}，想入会")
    await talk.says(answer)
    assert "姓名" in talk.heard
    assert "同意吗" not in talk.heard


async def test_telegrams_own_contact_is_the_phone(house: House) -> None:
    """Somebody else's isn't."""
    talk = Talk(house, "telegram")
    await talk.says("在威海经区送外卖，想入会")
    assert talk.heard[-1].ask == "contact"
    await talk.contact(FRESH, own=False)
    assert "手机" in talk.heard
    await talk.contact(FRESH)
    assert "姓名" in talk.heard


async def test_in_english_the_whole_way(house: House) -> None:
    talk = Talk(house)
    await talk.says("I deliver food in Weihai Jingkai, I want to join the union")
    assert "mobile number" in talk.heard
    await talk.says(FRESH)
    await talk.says("My name is Li Lei")
    assert "Food Delivery Sector Union" in talk.heard
    await talk.presses("I agree")
    await talk.presses("Confirm")
    assert "received" in talk.heard
    assert "1 Dec" in talk.heard
    assert not re.search("[一-鿿]", talk.heard.text)


async def test_what_was_told_before_is_put_right_at_any_question(house: House) -> None:
    """A phone or a name that answers nothing else is the right one; the consent says so, too."""
    talk = Talk(house)
    await talk.says("我要入会 我是开货车的，在威海经区皇冠街道，13912340001")
    await talk.says("李四 不对 是李世")
    assert "同意后还能改" in (await talk.says("电话错了")).text
    assert "改好了" in (await talk.says("13912340023")).text
    heard = await talk.says("同意")
    assert "13912340023" in heard.text
    assert "姓名：李世" in heard.text
    assert "手機號是多少" in (await talk.says("改電話")).text
    assert "改好了" not in talk.heard.text


async def test_a_fear_is_no_place_of_work(house: House) -> None:
    """It was filed as one: "我怕站长知道"."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.says("送外卖")
    assert "没认出地方" in (await talk.says("我怕站长知道")).text

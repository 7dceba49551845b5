"""Finding a course, signing up for it, giving it back, and being reminded of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

import actions.courses
import actions.enrolling
import actions.my_courses
from actions.calendar import course_calendar
from actions.course_reminders import reminder_time
from knowledge.clock import CHINA
from knowledge.course_rows import CourseRow
from tests.actions.talk import House, Talk

del actions  # imported for what they register

TEA = "foshan-tea"
TEA_TITLE = "茶道入门"
TEA_STARTS = datetime(2026, 11, 29, 19, 30, tzinfo=CHINA)


async def enrols(talk: Talk, sentence: str = "报名茶道入门", name: str = "林小北") -> None:
    """Sign up in a new conversation, up to the last tap."""
    await talk.says(sentence)
    await talk.says(name)
    await talk.says("13912345678")


async def enrolled(talk: Talk) -> None:
    """The same with the last tap."""
    await enrols(talk)
    await talk.presses("确认报名")


async def leaves(talk: Talk) -> None:
    """Give up the one course that was signed up for."""
    await talk.says("取消我的课")
    await talk.presses("确定退课")


async def leave_seats(house: House, code: str, free: int) -> None:
    """Let other people have all seats but some."""
    async with house.database.begin() as unit:
        row = await unit.session.get(CourseRow, code)
        assert row is not None
        row.taken = row.seats - free


async def somebody(house: House) -> UUID:
    async with house.database.begin() as unit:
        return (await unit.people.create())[0]


# Finding


@pytest.mark.parametrize(
    ("sentence", "there", "not_there"),
    [
        ("佛山有茶艺课吗", ["茶道入门", "茶艺师考证班"], ["茶艺晨课"]),
        ("佛山周末晚上有什么课", ["家常粤菜十道"], ["插花晨间班"]),
        ("烟台有什么课", ["烘焙基础", "月嫂与育婴基础"], ["家常粤菜十道"]),
        ("顺德有没有烘焙的课", ["广式点心"], ["烘焙入门：面包与蛋糕"]),
        ("有免费的无人机课吗", ["第一次起飞"], ["无人机航拍"]),
        ("100块以内的无人机课有吗", ["第一次起飞", "植保"], ["无人机航拍"]),
        ("线上课有哪些", ["骑行安全十讲"], ["茶道入门"]),
        ("佛山11月29日有什么课", ["手机短视频剪辑入门"], ["家常粤菜十道"]),
        ("特种作业的课，我想学电工", ["低压电工操作证班"], ["茶道入门"]),
        ("which courses about tea are there in Foshan", ["Tea: the first lessons"], ["Flowers"]),
    ],
)
async def test_a_sentence_finds_the_courses_that_it_asks_for(
    house: House, sentence: str, there: list[str], not_there: list[str]
) -> None:
    """Topic, weekday, time of day, day, region, price and online are read from one sentence."""
    heard = await Talk(house).says(sentence)
    for title in there:
        assert title in heard.text
    for title in not_there:
        assert title not in heard.text


async def test_a_card_tells_when_where_how_much_and_the_seats(house: House) -> None:
    """Everything needed to decide is on the card, and that it is a demonstration."""
    heard = await Talk(house).says("佛山有茶艺课吗")
    card = next(card for card in heard.cards if card.title == TEA_TITLE)
    assert card.kind == "course"
    text = "\n".join(card.lines)
    for part in ("11月29日", "周日 19:30–21:00", "佛山职工夜校", "40 元", "余 9 个", "示范"):
        assert part in text
    assert f"r:enroll_course:{TEA}" in [button.id for button in heard.buttons]
    assert all(len(button.id.encode()) <= 64 for button in heard.buttons)


async def test_what_comes_after_keeps_the_earlier_filters(house: House) -> None:
    """ "那周末呢" changes the day and keeps the rest; a new subject begins anew."""
    talk = Talk(house)
    await talk.says("佛山有什么免费的课")
    heard = await talk.says("那周末晚上呢")
    assert "佛山市 · 免费 · 周末 · 晚上" in heard.text
    assert "家常粤菜十道" not in heard.text  # 50 yuan
    heard = await talk.says("有线上课吗")
    assert "骑行安全十讲" in (await talk.says("那线上的课呢")).text
    heard = await talk.says("我想学茶艺，有什么课")
    assert "茶艺" in heard.text.splitlines()[0]
    assert "免费" not in heard.text.splitlines()[0]


async def test_the_second_one_is_the_second_that_was_seen(house: House) -> None:
    """A question about one of the shown courses is answered about that one."""
    talk = Talk(house)
    shown = (await talk.says("佛山有茶艺课吗")).cards
    heard = await talk.says("第二个多少钱")
    assert [card.title for card in heard.cards] == [shown[1].title]
    assert "300 元" in heard.text.splitlines()[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("哪个最便宜", "最便宜的是"),
        ("邊個平啲", "最便宜的是"),
        ("the cheapest one?", "The cheapest is"),
        ("哪个早", "最早开课的是"),
        ("哪门最晚开课", "开课最晚的是"),
        ("哪个名额多", "名额最多的是"),
    ],
)
async def test_those_that_are_shown_are_compared(house: House, asked: str, said: str) -> None:
    """What was looked for stays, and "这个" is the one that was named."""
    talk = Talk(house)
    await talk.says("烟台有什么课")
    shown = len(talk.heard.cards)
    heard = await talk.says(asked)
    assert said in heard
    assert 1 <= len(heard.cards) < shown


async def test_this_one_is_what_was_talked_about_last(house: House) -> None:
    """No need to choose again."""
    talk = Talk(house)
    await talk.says("烟台有什么课")
    await talk.says("哪个早")
    (card,) = talk.heard.cards
    heard = await talk.says("报名这个")
    assert "哪一门" not in heard
    assert "叫什么" in heard, heard.text
    assert card.title


@pytest.mark.parametrize(("asked", "said"), [("多少钱", "300 元"), ("哪里上课的", "佛山")])
async def test_a_few_words_ask_of_all_that_is_shown(house: House, asked: str, said: str) -> None:
    """A line for each, in their order; the list stays what it was."""
    talk = Talk(house)
    shown = (await talk.says("佛山有茶艺课吗")).cards
    heard = await talk.says(asked)
    lines = heard.text.splitlines()
    assert all(card.title in line for card, line in zip(shown, lines, strict=True))
    assert said in heard.text
    assert not heard.cards
    heard = await talk.says("第二个多少钱")
    assert [card.title for card in heard.cards] == [shown[1].title]


async def test_more_shows_the_next_five(house: House) -> None:
    """Nothing is shown twice, and at the end that is said."""
    talk = Talk(house)
    seen = [card.title for card in (await talk.says("佛山免费的课有哪些")).cards]
    while any("更多" in label for label in talk.heard.labels):
        page = [card.title for card in (await talk.presses("更多")).cards]
        assert page
        assert not set(page) & set(seen)
        seen += page
    assert len(seen) > 10


async def test_a_filter_that_leads_nowhere_is_dropped_and_named(house: House) -> None:
    """Better something near than nothing, but it is said what was given up."""
    heard = await Talk(house).says("佛山周二早上的茶艺课有吗")
    assert "暂时没有" in heard.text
    assert "不限「上午」" in heard.text
    assert "茶艺师考证班" in heard.text


async def test_the_filter_is_dropped_that_leads_to_a_seat(house: House) -> None:
    """Of two ways to something near, the one to a course that isn't full."""
    heard = await Talk(house).says("周二晚上有没有短视频课")
    assert "「短视频剪辑 · 周二 · 晚上」的课暂时没有" in heard.text
    assert "不限「周二」" in heard.text  # on Tuesday mornings there is one, which is full
    assert any("报名" in label for label in heard.labels)


async def test_an_unknown_subject_is_not_answered_with_something_else(house: House) -> None:
    """What nobody teaches is said, with the subjects that there are."""
    talk = Talk(house)
    heard = await talk.says("我想学潜水，有课吗")
    assert "没找到「潜水」" in heard.text
    assert not heard.cards
    assert "西式面点师考证班" in (await talk.presses("烘焙")).text
    assert "没找到「书法」" in (await talk.says("佛山有没有书法课")).text


# Signing up


async def test_a_rider_signs_up_and_is_asked_name_and_phone_only_once(house: House) -> None:
    """The first time two questions and a summary; the second time only the summary."""
    talk = Talk(house)
    assert "名字" in (await talk.says("报名茶道入门")).text
    assert (await talk.says("林小北"))[-1].ask == "contact"
    summary = await talk.says("13912345678")
    for part in (TEA_TITLE, "40 元", "林小北", "139 1234 5678", "11月29日"):
        assert part in summary.text
    done = await talk.presses("确认报名")
    assert "报上了" in done.text
    assert f"/api/courses/{TEA}.ics" in [button.url for button in done.buttons]
    again = await talk.says("报名插花晨间班，插花")
    while "确认报名" not in again.labels:
        again = await talk.says("插花晨间班")
    assert "林小北" in again.text
    async with house.database.begin() as unit:
        person = (await unit.conversations.get(talk.number)).person  # type: ignore[union-attr]
        assert [one.course.code for one in await unit.enrolments.of(person)] == [TEA]
        assert any(proof.person == person for proof in await unit.proofs.held(talk.number))


async def test_signing_up_twice_is_once(house: House) -> None:
    """Who is on the list already is told so."""
    talk = Talk(house)
    await enrolled(talk)
    assert "已经在名单上" in (await talk.says("报名茶道入门")).text


async def test_the_course_is_chosen_from_the_list_in_any_way(house: House) -> None:
    """By number, by what only one of them is, by its words."""
    for answer, title in (
        ("第一个", "茶道入门"),
        ("周二下午那个", "茶艺师考证班"),
        ("考证的", "茶艺师考证班"),
        ("烟台的", "茶艺晨课"),
    ):
        talk = Talk(house)
        heard = await talk.says("报名茶艺课")
        assert "您要报哪一门" in heard.text
        if answer == "第一个":
            title = heard.cards[0].title
        await talk.says(answer)
        await talk.says("林小北")
        assert title in (await talk.says("13912345678")).text, answer


async def test_the_course_can_be_changed_on_the_way(house: House) -> None:
    """In the middle of the questions, and by the button of the summary, also typed."""
    talk = Talk(house)
    await talk.says("报名茶道入门")
    assert "低压电工操作证班" in (await talk.says("还是报名电工班吧")).text
    await talk.says("林小北")
    assert "低压电工操作证班" in (await talk.says("13912345678")).text
    heard = await talk.says("换一门课")
    assert "您要报哪一门" in heard.text
    assert heard.cards[1].title in (await talk.says("第二个")).text
    heard = await talk.presses("改姓名")
    assert "名字" in heard.text
    assert "王大力" in (await talk.says("王大力")).text
    assert "什么也没登记" in (await talk.presses("先不报")).text


@pytest.mark.parametrize(
    "words", ["No wait, the first", "不对，第一个", "等等，还是第一个吧", "sorry, the first one"]
)
async def test_taking_back_points_at_what_was_chosen_before(house: House, words: str) -> None:
    """The course that was chosen among some is the first of them now; the name is asked again."""
    talk = Talk(house)
    await talk.says("报名茶艺课")
    await talk.says("第二个")
    assert "名字" in talk.heard.text
    heard = await talk.says(words)
    assert "名字" in heard or "name" in heard
    async with house.database.begin() as unit:
        found = await unit.conversations.get(talk.number)
        assert found is not None
        assert found.state is not None
        state = await unit.people.unseal(found.person, found.state, "state")
    assert state["forms"][0]["answers"]["course"] == state["shown"]["ids"][0]


async def test_a_wish_without_a_course_leads_to_the_courses(house: House) -> None:
    """ "报名" alone shows what there is, and a tap goes on."""
    talk = Talk(house)
    heard = await talk.says("我要报名")
    assert heard.cards
    assert "名字" in (await talk.presses("报名 1.")).text


async def test_a_full_course_offers_its_waiting_list_before_anything_is_written(
    house: House,
) -> None:
    """The place in the line is said, and only a yes takes it."""
    await leave_seats(house, TEA, 0)
    talk = Talk(house)
    await enrols(talk)
    assert "已经满了" in talk.heard.text
    assert "第 1 位" in talk.heard.text
    heard = await talk.presses("帮我候补")
    assert "候补第 1 位" in heard.text
    assert not [button for button in heard.buttons if button.url]


async def test_a_last_seat_that_goes_while_somebody_reads_is_told(house: House) -> None:
    """The yes was to a seat, not to a waiting list: so that is asked."""
    await leave_seats(house, TEA, 1)
    talk = Talk(house)
    await enrols(talk)
    await leave_seats(house, TEA, 0)
    heard = await talk.presses("确认报名")
    assert "刚被别人报走" in heard.text
    assert "帮我候补" in heard.labels
    await leave_seats(house, TEA, 1)
    heard = await talk.presses("帮我候补")
    assert "正好空出了名额" in heard.text
    assert "报上了" in (await talk.presses("确认报名")).text


async def test_a_last_seat_that_goes_in_the_same_moment_is_told(house: House) -> None:
    """Two taps at once: the store lets one have it, and undoes what the other had written."""
    await leave_seats(house, TEA, 1)
    talk, other = Talk(house), await somebody(house)
    await enrols(talk)
    async with house.database.begin() as unit:
        await unit.enrolments.enrol(TEA, other)
        pressed = asyncio.create_task(talk.presses("确认报名"))
        await asyncio.sleep(0.3)
    heard = await pressed
    assert "刚被别人报走" in heard.text
    assert "第 1 位" in (await talk.presses("帮我候补")).text


# Giving back


async def test_who_gives_a_seat_back_lets_the_next_one_in_who_hears_of_it(house: House) -> None:
    """The first of the list moves up, in their own conversation and at once."""
    await leave_seats(house, TEA, 1)
    first, second = Talk(house), Talk(house)
    await enrols(first)
    await first.presses("确认报名")
    await enrols(second, name="王大力")
    await second.presses("帮我候补")
    await first.says("取消我的茶艺课")
    assert "退好了" in (await first.presses("确定退课")).text
    heard = await second.hears()
    assert "轮到您了" in heard.text
    assert TEA_TITLE in heard.text
    assert not await second.hears()
    undone = await first.presses("撤销")
    assert "候补" in undone.text
    assert "第 1 位" in undone.text


async def test_a_cancellation_is_asked_for_and_can_be_taken_back(house: House) -> None:
    """A no keeps the seat; a yes can be undone with one tap."""
    talk = Talk(house)
    await enrolled(talk)
    await talk.says("我的课程")
    await talk.presses("退课")
    assert "给您留着" in (await talk.says("不退")).text
    await talk.says("取消我的课")
    await talk.says("确定退课")
    assert "没有您报名的课" in (await talk.says("我的课程")).text
    assert "又给您报上了" in (await talk.presses("撤销")).text
    assert "不用撤销" in (await talk.presses("撤销")).text
    assert "已报上" in (await talk.says("我的课程")).text


async def test_several_courses_are_given_up_at_once(house: House) -> None:
    """Asked once, by name; each of them can be taken back."""
    talk = Talk(house)
    await enrolled(talk)
    await talk.says("报名电工班")
    await talk.presses("确认报名")
    heard = await talk.says("取消我的课 两门都退了")
    assert "茶道入门" in heard.text
    assert "低压电工操作证班" in heard.text
    assert "都给您留着" in (await talk.says("都留着")).text
    assert "您有 2 门课" in (await talk.says("我的课程")).text
    await talk.says("把我的课都取消")
    heard = await talk.says("都不上了")
    assert "都退好了" in heard.text
    assert "没有您报名的课" in (await talk.says("我的课程")).text
    assert "又给您报上了：《低压电工操作证班" in (await talk.presses("还要上《低压电工")).text
    assert "您有 1 门课" in (await talk.says("我的课程")).text


@pytest.mark.parametrize("text", ["第二个也报", "那就报第二个", "第二个给我留个位"])
async def test_one_of_the_list_is_signed_up_for_in_words(house: House, text: str) -> None:
    """Not shown once more with a button."""
    talk = Talk(house)
    heard = await talk.says("夜校有什么课")
    title = heard.cards[1].title
    await talk.says(text)
    await talk.says("林小北")
    heard = await talk.says("13912345678")
    assert title in heard.text
    assert "确认报名" in heard.labels


@pytest.mark.parametrize(
    "text",
    ["第二个还能报吗", "第二个要交多少钱", "第二个怎么报", "第二个报了没"],
)
async def test_a_question_about_one_of_the_list_signs_nobody_up(house: House, text: str) -> None:
    """It is answered with its card."""
    talk = Talk(house)
    title = (await talk.says("夜校有什么课")).cards[1].title
    heard = await talk.says(text)
    assert [card.title for card in heard.cards] == [title]


async def test_a_cancellation_on_top_of_an_open_form_leaves_the_form_open(house: House) -> None:
    """A change is made in the middle of another sign-up, which then goes on."""
    talk = Talk(house)
    await enrolled(talk)
    assert "确认报名" in (await talk.says("报名电工班")).text
    await talk.says("取消我的茶艺课")
    assert "退好了" in (await talk.presses("确定退课")).text
    assert "低压电工操作证班" in (await talk.presses("确认报名")).text


async def test_nothing_of_a_member_is_shown_before_proof(house: House) -> None:
    """Number and query code open the courses of their owner; half of it opens nothing."""
    talk = Talk(house)
    assert "编号" in (await talk.says("我报了哪些课")).text
    heard = await talk.says("FS-8J4D2W")
    assert "烘焙入门" not in heard.text
    heard = await talk.says("267085")
    for part in ("手机短视频剪辑入门", "烘焙入门：面包与蛋糕", "候补第 1 位"):
        assert part in heard.text
    other = Talk(house)
    await other.says("我报了哪些课")
    await other.says("FS-8J4D2W")
    assert "烘焙入门" not in (await other.says("267086")).text


async def test_who_gives_number_and_code_at_once_is_not_told_first_that_there_is_nothing(
    house: House,
) -> None:
    """One answer, not two of which the first says the contrary."""
    heard = await Talk(house).says("我报了哪些课 FS-8J4D2W 267085")
    assert "没查到" not in heard.text
    assert "烘焙入门：面包与蛋糕" in heard.text


# Reminders


async def test_a_reminder_comes_at_six_on_the_evening_before_each_session(house: House) -> None:
    """The first session's, then the next one's, as long as the seat is held."""
    talk = Talk(house)
    await enrols(talk)
    assert "11月28日（周六） 18:00" in (await talk.presses("确认报名")).text
    eve = datetime(2026, 11, 28, 18, 0, tzinfo=CHINA)
    assert not await talk.waits(eve - timedelta(minutes=5) - house.clock.now())
    heard = await talk.waits(timedelta(minutes=6))
    assert "明天有课" in heard.text
    assert TEA_TITLE in heard.text
    assert "19:30" in heard.text
    heard = await talk.waits(timedelta(days=7))
    assert "12月6日" in heard.text
    await talk.presses("退课")
    await talk.presses("确定退课")
    assert not await talk.waits(timedelta(days=7))


async def test_a_late_reminder_waits_for_the_morning(house: House) -> None:
    """The house was away in the evening: nobody is woken at night for that."""
    talk = Talk(house)
    await enrolled(talk)
    night = datetime(2026, 11, 28, 23, 30, tzinfo=CHINA)
    assert not await talk.waits(night - house.clock.now())
    heard = await talk.waits(timedelta(hours=8, minutes=31))
    assert "今天有课" in heard.text


async def test_nobody_is_reminded_of_what_they_gave_up(house: House) -> None:
    """The timer goes with the seat."""
    talk = Talk(house)
    await enrolled(talk)
    await leaves(talk)
    assert not await talk.waits(timedelta(days=6))


@pytest.mark.parametrize(
    ("now", "reminded"),
    [
        ("2026-11-20 12:00", "2026-11-28 18:00"),
        ("2026-11-28 17:59", "2026-11-28 18:00"),
        ("2026-11-28 18:00", None),
        ("2026-11-28 20:59", None),
        ("2026-11-28 21:00", "2026-11-29 08:00"),
        ("2026-11-29 03:00", "2026-11-29 08:00"),
        ("2026-11-29 08:00", None),
        ("2026-11-29 19:00", None),
    ],
)
def test_a_reminder_never_comes_between_nine_and_eight(now: str, reminded: str | None) -> None:
    """Who signs up later is told at once, in the answer itself, or, at night, in the morning."""
    at = datetime.fromisoformat(now).replace(tzinfo=CHINA)
    expected = reminded and datetime.fromisoformat(reminded).replace(tzinfo=CHINA)
    assert reminder_time(TEA_STARTS, at) == (expected or None)


def test_a_session_before_eight_is_not_reminded_of_at_night() -> None:
    """In the morning it would be too late, and at night it may not be."""
    early = datetime(2026, 11, 29, 7, 30, tzinfo=CHINA)
    assert reminder_time(early, datetime(2026, 11, 28, 22, 0, tzinfo=CHINA)) is None


async def test_who_signs_up_on_the_last_evening_is_told_that_it_is_tomorrow(house: House) -> None:
    """No second message: the answer is the reminder."""
    house.clock.move(datetime(2026, 11, 28, 19, 0, tzinfo=CHINA) - house.clock.now())
    talk = Talk(house)
    await enrols(talk)
    assert "明天11月29日" in (await talk.presses("确认报名")).text
    assert not await talk.waits(timedelta(hours=16))


# Languages and the calendar


async def test_the_whole_way_goes_in_english(house: House) -> None:
    """Found, enrolled, listed, cancelled."""
    talk = Talk(house)
    assert (
        "Tea: the first lessons" in (await talk.says("which courses about tea are in Foshan")).text
    )
    await talk.says("sign me up for the first one")
    await talk.says("John Smith")
    await talk.says("13912345678")
    heard = await talk.presses("Sign me up")
    assert "You're in!" in heard.text
    assert f"/api/courses/{TEA}.ics?lang=en" in [button.url for button in heard.buttons]
    assert "You have a seat" in (await talk.says("show my courses")).text
    await talk.presses("Cancel")
    assert "is cancelled" in (await talk.presses("Yes, give it up")).text


async def test_a_course_becomes_a_calendar_file(house: House) -> None:
    """One event a session, in UTC, long lines folded at 75 octets, signs escaped."""
    async with house.database.begin() as unit:
        (course,) = await unit.courses.by_codes(["foshan-law"])
        text = course_calendar(course, "en", unit.now)
        chinese = course_calendar(course, "zh", unit.now)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == len(course.sessions) == 2
    assert "DTSTART:20261202T130000Z\r\nDTEND:20261202T141500Z" in text
    assert "SUMMARY:Law for riders: contracts\\, injuries\\, wages" in text
    for line in (text + chinese).split("\r\n"):
        assert len(line.encode()) <= 75
    assert "骑手法律课" in chinese.replace("\r\n ", "")


@pytest.mark.parametrize(
    "text", ["撤销", "点错了 恢复", "不退了 我还要上", "退错了，还要上", "undo"]
)
async def test_a_cancellation_is_taken_back_in_words(house: House, text: str) -> None:
    """As the button that is named so does."""
    talk = Talk(house)
    await enrolled(talk)
    await leaves(talk)
    assert "又给您报上了：《茶道入门" in (await talk.says(text)).text
    assert "您有 1 门课" in (await talk.says("我的课程")).text


async def test_a_sign_up_is_taken_back_in_words_too(house: House) -> None:
    """ "点错了" right after it is about the seat that was taken, not about one given up before."""
    talk = Talk(house)
    await enrolled(talk)
    await leaves(talk)
    await talk.says("报名电工班")
    await talk.presses("确认报名")
    assert "确定退掉《低压电工操作证班》吗" in (await talk.says("点错了")).text


async def test_a_word_is_about_what_was_given_up_only_for_a_while(house: House) -> None:
    """Hours later it may be about anything: nobody is signed up for it."""
    talk = Talk(house)
    await enrolled(talk)
    await leaves(talk)
    house.clock.move(timedelta(hours=1))
    await talk.says("我的课程")
    assert "又给您报上了" not in (await talk.says("撤销")).text


@pytest.mark.parametrize("text", ["全部退掉", "都退了吧", "两门都不去了"])
async def test_what_is_listed_is_given_up_in_words(house: House, text: str) -> None:
    """Said right under one's own courses it is about them, not about one's data."""
    talk = Talk(house)
    await enrolled(talk)
    await talk.says("报名电工班")
    await talk.presses("确认报名")
    await talk.says("我的课程")
    assert "这几门都不上了吗" in (await talk.says(text)).text


async def test_a_nod_after_an_objection_signs_nobody_up(house: House) -> None:
    """What was said of the summary wasn't understood: "好" may be about that."""
    talk = Talk(house)
    await enrols(talk)
    assert "没看明白" in (await talk.says("老师是哪里人呀嗯这个")).text
    heard = await talk.says("好")
    assert "报上了" not in heard.text
    assert "确认报名" in heard.labels
    assert "报上了" in (await talk.says("确认报名")).text


@pytest.mark.parametrize("text", ["太贵了", "好的我再想想", "行 我考虑哈", "好的 等一下"])
async def test_who_hesitates_is_not_signed_up(house: House, text: str) -> None:
    """What was filled in is kept, or left; nothing is handed in."""
    talk = Talk(house)
    await enrols(talk)
    heard = await talk.says(text)
    assert "没看明白" not in heard.text
    assert "报上了" not in (await talk.says("好")).text


@pytest.mark.parametrize("text", ["太贵了", "我姓李"])
async def test_these_are_no_names(house: House, text: str) -> None:
    """An objection, and half a name."""
    talk = Talk(house)
    await talk.says("报名茶道入门")
    await talk.says(text)
    assert "手机号" not in talk.heard.text

"""The inbox of staff: what the list shows and in which order, what a conversation shows to whom."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from actions.content import Location, StaffSay
from bot.inbox_answers import Draft, InboxAnswers, checked
from bot.inbox_articles import InboxArticles
from bot.inbox_board import InboxBoard
from bot.inbox_live import InboxLive
from bot.inbox_steps import InboxSteps
from bot.inbox_talk import InboxTalk, Talk
from bot.quick_replies import QuickReplies
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere
from knowledge.audit import Filter
from knowledge.inbox_list import after_of
from tests.actions.talk import House
from tests.actions.talk import Talk as Rider
from tests.bot.inbox import somebody, waiting, working

PHONE = "13911112222"
LIN_CODE = "482913"


async def show(house: House, number: int, actor: Actor | None = None) -> Talk:
    return await InboxTalk(house.database).show(actor or somebody(house), number)


async def test_a_crisis_comes_first_then_who_has_waited_longest(house: House) -> None:
    """Whoever was answered comes last, and waits again from the first line that nobody answered."""
    board, actor = InboxBoard(house.database), somebody(house)
    first, one = await waiting(house)
    house.clock.move(timedelta(minutes=5))
    _, two = await waiting(house)
    house.clock.move(timedelta(minutes=5))
    crisis = Rider(house)
    await crisis.says("我不想活了")
    page = await board.page(actor, "all")
    assert [row.number for row in page.rows][1:] == [one, two]
    assert page.rows[0].crisis
    async with working(house):
        await InboxSteps(house.database).make(actor, one, "take")
        await InboxAnswers(house.database).say(actor, one, Draft("first-answer", "您好"))
    page = await board.page(actor, "all")
    assert [row.number for row in page.rows][1:] == [two, one]
    assert page.rows[2].since is None
    house.clock.move(timedelta(minutes=1))
    asked_at = house.clock.now()
    await first.says("在吗")
    again_at = house.clock.now()
    await first.says("还在吗")
    (mine,) = (await board.page(actor, "mine")).rows
    assert mine.number == one
    assert mine.since is not None
    assert asked_at <= mine.since <= again_at
    assert (page.counts["waiting"], page.counts["mine"], page.counts["all"]) == (2, 1, 3)


async def test_pages_follow_each_other_without_a_gap(house: House) -> None:
    """The next page begins behind the last row of this one, whatever was written into the link."""
    for _ in range(5):
        await waiting(house)
        house.clock.move(timedelta(minutes=1))
    async with house.database.begin() as unit:
        every = await unit.inbox_list.page("all", me="", regions=None)
        seen: list[int] = []
        after = None
        while True:
            page = await unit.inbox_list.page("all", me="", regions=None, after=after, limit=2)
            if not page:
                break
            seen += [entry.id for entry in page]
            after = after_of(str(page[-1].after))
            assert after == page[-1].after
    assert seen == [entry.id for entry in every]
    for odd in ("", "x", "1.22.5", "1.10.x", "1.10.1e400", "-1.10.5"):
        assert after_of(odd) is None


async def test_a_region_sees_its_own_and_who_has_told_no_place(house: House) -> None:
    """Another region's conversation is as if it weren't there; nobody waits unseen."""
    _, nowhere = await waiting(house)
    here, there = somebody(house, region="weihai"), somebody(house, region="yantai")
    _, number = await waiting(house, region="weihai-jingkai")
    async with house.database.begin() as unit:
        entry = await unit.inbox_list.entry(number)
    assert entry is not None
    assert entry.region == "weihai-jingkai"
    board = InboxBoard(house.database)
    assert {row.number for row in (await board.page(here, "all")).rows} == {nowhere, number}
    assert {row.number for row in (await board.page(there, "all")).rows} == {nowhere}
    assert {row.number for row in (await board.page(here, "region")).rows} == {number}
    for what in (
        show(house, number, there),
        InboxAnswers(house.database).note(there, number, "看一下"),
        InboxSteps(house.database).make(there, number, "take"),
        InboxTalk(house.database).reveal(there, number, "phone", "回电话"),
    ):
        with pytest.raises(NotThere):
            await what
    with pytest.raises(Denied):
        await board.page(somebody(house, role="auditor"), "all")


async def test_of_two_who_take_the_loser_hears_who_has_it(house: House) -> None:
    """And who has it takes it again without harm."""
    _, number = await waiting(house)
    steps = InboxSteps(house.database)
    async with working(house):
        results = await asyncio.gather(
            steps.make(somebody(house, "赵敏"), number, "take"),
            steps.make(somebody(house, "老王"), number, "take"),
            return_exceptions=True,
        )
        (lost,) = [one for one in results if one is not None]
        assert isinstance(lost, Refused)
        winner = "赵敏" if results[0] is None else "老王"
        assert lost.values == {"staff": winner}
        await steps.make(somebody(house, winner), number, "take")
        loser = somebody(house, "老王" if winner == "赵敏" else "赵敏")
        with pytest.raises(Refused, match="taken_by"):
            await InboxAnswers(house.database).say(loser, number, Draft("not-mine-1", "您好"))


async def test_an_answer_sent_twice_is_said_once(house: House) -> None:
    """The page's id makes a repeat harmless, with a picture as well; and it says what it lacks."""
    rider, number = await waiting(house)
    actor, answers = somebody(house), InboxAnswers(house.database)
    with pytest.raises(Refused, match="take_first"):
        await answers.say(actor, number, Draft("too-early", "您好"))
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
        picture = picture_of(200, 100)
        for _ in range(2):
            draft = Draft("the-same-one", "看这张图", "x.png", picture)
            await answers.say(actor, number, draft)
        with pytest.raises(Refused, match="nothing_to_say"):
            await answers.say(actor, number, Draft("empty-one-", " "))
        with pytest.raises(Refused, match="no_id"):
            await answers.say(actor, number, Draft("", "您好"))
    talk = await show(house, number)
    said = [line for line in talk.lines if line.who == "staff"]
    assert [(line.text, line.once, line.delivery) for line in said] == [
        ("看这张图", "the-same-one", "sent")
    ]
    assert said[0].file is not None
    mime, body = await InboxTalk(house.database).file(actor, number, said[0].file["file_id"])
    assert mime == "image/jpeg"
    assert body.startswith(b"\xff\xd8")
    with pytest.raises(NotThere):
        await InboxTalk(house.database).file(actor, number, 999_999)
    async with house.database.begin() as unit:
        await unit.history.arrived(talk.entry.conversation, said[0].id)
    talk = await show(house, number)
    assert talk.lines[-1].delivery == "delivered"
    assert rider is not None


async def test_only_plain_files_go_to_a_rider() -> None:
    """A picture is written anew; a PDF that runs something, and anything else, is refused."""
    clean = await checked("证明.pdf", b"%PDF-1.7\n1 0 obj <</Type /Catalog>>\n%%EOF")
    assert (clean.mime, clean.name) == ("application/pdf", "证明.pdf")
    for body, why in (
        (b"%PDF-1.7 /OpenAction /JavaScript (app.alert(1))", "pdf_not_plain"),
        (b"MZ\x90\x00", "no_picture"),
        (b"<svg onload=alert(1)>", "no_picture"),
        (b"x" * (10 * 1024 * 1024 + 1), "file_too_large"),
    ):
        with pytest.raises(Refused, match=why):
            await checked("x.pdf", body)


async def test_beside_a_message_stands_what_the_bot_made_of_it(house: House) -> None:
    """Route, share, reasons; a wrong one goes to the review list with what it was."""
    _, number = await waiting(house, "帮我看看健康证去哪办")
    actor = somebody(house, role="lead")
    talk = await show(house, number)
    asked = next(line for line in talk.lines if "健康证" in line.text)
    assert asked.understood is not None
    assert (asked.understood.route, asked.understood.read) == ("out_of_scope", True)
    assert talk.tried == ()
    service = InboxTalk(house.database)
    with pytest.raises(Refused, match="no_route"):
        await service.misread(actor, number, str(asked.id), "nonsense")
    await service.misread(actor, number, str(asked.id), "check_screening")
    async with house.database.begin() as unit:
        lines = await unit.review.lines(what="misread")
        assert [(one.text, one.route, one.right) for one in lines] == [
            ("帮我看看健康证去哪办", "out_of_scope", "check_screening")
        ]
        await unit.review.move(lines[0].id, "teach", "赵敏", "check_screening")
    with pytest.raises(Refused, match="taught_already"):
        await service.misread(actor, number, str(asked.id), "check_screening")


async def test_numbers_are_masked_and_shown_for_a_reason(house: House) -> None:
    """In a rider's line and in a form's answers; the audit has who asked and why."""
    rider = Rider(house)
    await rider.says("我是送外卖的，在威海经区，想入会，手机13900000099")
    _, number = rider, (await _asks(house, rider))
    talk = await show(house, number)
    first = talk.lines[0]
    assert "13900000099" not in first.text
    assert "139******99" in first.text
    assert all("13900000099" not in str(form.answers) for form in talk.forms)
    service, actor = InboxTalk(house.database), somebody(house)
    with pytest.raises(Refused, match="reason"):
        await service.reveal(actor, number, f"line:{first.id}", " ")
    whole = await service.reveal(actor, number, f"line:{first.id}", "回电话确认")
    assert "13900000099" in whole
    async with house.database.begin() as unit:
        actions = [line.action for line in await unit.audit.lines(Filter(), 50)]
    assert "person.reveal" in actions


async def test_the_bot_runs_a_form_for_staff_and_gives_the_rider_back(house: House) -> None:
    """While a person has the conversation; afterwards the bot is silent again."""
    rider, number = await waiting(house)
    actor, answers = somebody(house), InboxAnswers(house.database)
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
        await answers.say(actor, number, Draft("form-for-you", wish="form:join_union"))
        with pytest.raises(Refused, match="no_form"):
            await answers.say(actor, number, Draft("form-for-2", wish="form:smalltalk"))
    talk = await show(house, number)
    assert [form.action for form in talk.forms] == ["join_union"]
    heard = await rider.says("送外卖")
    assert len(heard) > 0
    talk = await show(house, number)
    assert "sector" in talk.forms[0].answers
    heard = await rider.says("算了")
    assert "接着" in heard.text
    assert talk.entry.state == "held"
    assert len(await rider.says("在吗")) == 0


async def test_a_place_that_staff_ask_for_is_seen_until_they_give_the_rider_back(
    house: House,
) -> None:
    """Exactly, and no longer."""
    rider, number = await waiting(house)
    actor, answers = somebody(house), InboxAnswers(house.database)
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
        await answers.say(actor, number, Draft("where-are-you", wish="location"))
        await rider.sends(Location(lat=37.5123, lon=122.1234))
        talk = await show(house, number)
        assert talk.place is not None
        assert (talk.place.lat, talk.place.lon) == (37.5123, 122.1234)
        await InboxSteps(house.database).make(actor, number, "return")
    talk = await show(house, number)
    assert talk.place is None
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.entry.conversation)
        assert conversation is not None
        assert conversation.state is not None
        state = await unit.people.unseal(conversation.person, conversation.state, "state")
    assert "37.5123" not in str(state)


async def test_a_note_is_for_staff_alone(house: House) -> None:
    """Sealed, shown to colleagues, never to the rider."""
    rider, number = await waiting(house)
    answers = InboxAnswers(house.database)
    async with house.database.begin() as unit:
        await unit.accounts.add("wang", "老王", "staff", None, "zh")
        await unit.accounts.add("li", "老李", "auditor", None, "zh")
    called = await answers.note(somebody(house), number, "说话很急，先安抚 @老王 @老李 @赵敏")
    assert called == ("老王",)  # an auditor sees no conversations, and nobody calls themselves
    async with house.database.begin() as unit:
        rows = await unit.rows(
            "select kind, addressee, subject from notices where addressee is not null"
        )
        assert [tuple(row) for row in rows] == [("mention", "老王", f"/console/inbox/{number}")]
    with pytest.raises(Refused, match="empty_note"):
        await answers.note(somebody(house), number, "  ")
    talk = await show(house, number, somebody(house, "老王"))
    assert [(note.by, note.text[:8]) for note in talk.notes] == [("赵敏", "说话很急，先安抚")]
    lines = await house.log.after(talk.entry.conversation, 0, 100)
    assert all("安抚" not in line.text for line in lines)
    assert rider is not None


async def test_replies_kept_ready_are_ones_own_or_a_regions(house: House) -> None:
    """Placeholders are filled; another's own ones and another region's aren't seen."""
    service = QuickReplies(house.database)
    staff, lead = (
        somebody(house, region="weihai-jingkai"),
        somebody(house, "老王", "lead", "weihai"),
    )
    own = await service.save(staff, None, title="问好", text="{rider}您好，我是{staff}")
    await service.save(lead, None, title="地址", text="在环翠楼", personal=False, region="weihai")
    with pytest.raises(Denied):
        await service.save(staff, None, title="x", text="y", personal=False, region="weihai")
    with pytest.raises(NotThere):
        await service.save(lead, None, title="x", text="y", personal=False, region="yantai")
    with pytest.raises(Refused, match="no_such_place"):
        await service.save(staff, None, title="x", text="{phone}")
    filled = await service.filled(staff, {"rider": "林晓", "staff": "赵敏"})
    assert [one.text for one in filled] == ["林晓您好，我是赵敏", "在环翠楼"]
    assert [one.title for one in await service.all(lead)] == ["地址"]
    with pytest.raises(NotThere):
        await service.remove(lead, own)
    await service.remove(staff, own)
    assert [one.title for one in await service.all(somebody(house, region="yantai"))] == []


async def test_who_looks_is_woken_only_by_what_concerns_them(house: House) -> None:
    """One listener for all of them; a rider with the bot alone wakes nobody."""
    live = InboxLive(house.database)
    here, there = somebody(house, region="weihai"), somebody(house, region="yantai")
    try:
        with live.list(here) as near, live.list(there) as far:
            await asyncio.wait_for(near.rung.wait(), 5)  # the listener has connected
            await asyncio.sleep(0.3)
            near.rung.clear()
            far.rung.clear()
            await Rider(house).says("你好")
            _, number = await waiting(house, region="weihai-jingkai")
            await asyncio.wait_for(near.rung.wait(), 2)
            await asyncio.sleep(0.3)
            assert not far.rung.is_set()
            async with house.database.begin() as unit:
                entry = await unit.inbox_list.entry(number)
            assert entry is not None
            with live.talk((entry.conversation,)) as watch:
                live.heard("gongyou_typing", f"typing:rider:{entry.conversation}")
                assert watch.typing
                assert watch.rung.is_set()
    finally:
        await live.close()


async def test_what_staff_send_is_read_again_as_it_was_written() -> None:
    """A line that an older release wrote has no file and no wish."""
    old = StaffSay.model_validate({"kind": "staff_say", "staff": "赵敏", "text": "您好"})
    assert (old.file, old.ask, old.form) == (None, None, None)


def picture_of(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


async def _asks(house: House, rider: Rider) -> int:
    await rider.says("转人工")
    async with house.database.begin() as unit:
        found = await unit.inbox_list.page("waiting", me="", regions=None)
    return max(entry.id for entry in found)


async def test_no_query_code_is_ever_shown_to_staff(house: House) -> None:
    """Neither one that was given out nor one that the rider typed, nor when a line is revealed."""
    rider = Rider(house)
    for text in ("我要入会", "外卖", "威海经区", PHONE, "李雷", "110101199003074514", "美团"):
        await rider.says(text)
    await rider.says("同意")
    await rider.says("确认提交")
    (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", rider.heard.text)
    (given,) = re.findall(r"[A-Z]{2}-[0-9A-Z]{6}", rider.heard.text)
    await rider.says(f"我的入会申请 {given} {code}")
    await rider.says("理赔到哪了")
    await rider.says(f"YT-7K3Q9M {LIN_CODE}")
    await rider.says(f"我的入会申请 {given} 查询码 {code}，赔了 100000 元")
    await rider.says("转人工")
    async with house.database.begin() as unit:
        (entry,) = await unit.inbox_list.page("waiting", me="", regions=None)
    actor = somebody(house)
    talk = await show(house, entry.id, actor)
    _, later, _ = await InboxTalk(house.database).after(actor, entry.id, 0)
    board = await InboxBoard(house.database).page(actor, "all")
    seen = [str(talk), str(later), str(board)]
    typed = [line for line in talk.lines if line.who == "rider" and "•" in line.text]
    assert len(typed) >= 3
    assert any("100000 元" in line.text for line in typed)
    for line in typed:
        whole = await InboxTalk(house.database).reveal(
            actor, entry.id, f"line:{line.id}", "核对编号"
        )
        seen.append(whole)
    for secret in (code, LIN_CODE):
        assert [one for one in seen if secret in one] == []


async def test_what_a_rider_wants_is_in_parts_and_their_words_as_written(house: House) -> None:
    """So that staff read it in their language; an article by its title."""
    _, number = await waiting(house, "How much are the dues? My phone is 13911112222")
    talk = await show(house, number)
    assert talk.entry.told is not None
    assert talk.entry.told.words == "How much are the dues? My phone is 139******22 … 转人工"
    assert "Wish" not in str(talk.entry.told)
    articles = InboxArticles(house.database, None)  # type: ignore[arg-type]  # no search here
    titles = await articles.titles(somebody(house), "zh")
    other = await articles.titles(somebody(house), "en")
    assert set(titles) & set(other) >= {"membership-dues"}
    assert "会费" in titles["membership-dues"]
    assert titles["membership-dues"] != other["membership-dues"]

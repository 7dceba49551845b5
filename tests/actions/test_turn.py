"""What `ask`, `confirm`, `say` and `again` promise to an action."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import actions.people
import actions.talking
from actions.choices import Choice as ChoiceField
from actions.content import Button, Content, Press, Reply, Text
from actions.fields import FreeText
from actions.identity import Phone
from actions.registry import ACTIONS, Action
from actions.state import FORM_KEPT, State
from actions.turn import Turn
from bot.dialogue import Dialogue
from bot.speaking import Spoken
from bot.wording import Texts
from knowledge.clock import MovableClock
from knowledge.conversations import Conversation
from knowledge.database import Database
from nlu.choose import Choice, Context
from nlu.reading import Reading
from nlu.slots.model import Slots

del actions  # imported for what they register

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PHONE = "13900000003"


class Scripted:
    """Understanding that is told what each text means; everything else is out of scope."""

    def __init__(self) -> None:
        self.meanings: dict[str, Choice] = {}

    async def read(self, text: str, *, busy: bool = False) -> Reading:
        return Reading(text, "zh", "hans", ())

    def choose(self, reading: Reading, context: Context) -> Choice:
        return self.meanings.get(reading.text, Choice("out_of_scope", 0.4))


class Desk:
    """One rider and the dialogue, message by message, on the real store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.understanding = Scripted()
        self.state = State(greeted=True)
        self.words = Texts().words("zh")
        self.conversation: Conversation | None = None
        self.said: Spoken = Spoken()
        self._inbox_id = 0

    def means(self, text: str, route: str, confidence: float = 0.95, **slots: Any) -> None:
        self.understanding.meanings[text] = Choice(route, confidence, slots=Slots(**slots))

    async def says(self, text: str) -> str:
        return await self.sends(Text(text=text))

    async def presses(self, label: str) -> str:
        button = self.button(label)
        return await self.sends(Press(id=button.id, label=button.label))

    def button(self, label: str) -> Button:
        found = [b for r in self.said.replies for b in r.buttons if label in b.label]
        assert found, f"no button {label!r} in {self.said.replies}"
        return found[-1]

    async def sends(self, content: Content) -> str:
        self._inbox_id += 1
        async with self.database.begin() as unit:
            if self.conversation is None:
                await unit.conversations.find_or_begin("main", "web", "desk")
                self.conversation = await unit.conversations.find("main", "web", "desk")
                assert self.conversation is not None
            reading = None
            if isinstance(content, Text):
                reading = await self.understanding.read(content.text)
            self.state = State.model_validate_json(self.state.model_dump_json())
            dialogue = Dialogue(
                unit,
                self.conversation,
                self.state,
                self.words,
                self.understanding,  # type: ignore[arg-type]
                self._inbox_id,
                handed_over=True,
            )
            self.said = await dialogue.handle(content, reading)
        return "\n".join(reply.text for reply in self.said.replies)


RUNS: list[dict[str, Any]] = []
WRITES: list[str] = []


async def order(turn: Turn) -> None:
    """A form: trade, phone, a remark; confirmed; the first try of "full" finds no seat."""
    turn.say("smalltalk.hi")
    sector = await turn.ask(
        "sector",
        ChoiceField((("express", "field.yes"), ("freight", "field.no")), slot="sector"),
        "field.choice.bad",
    )
    phone = await turn.ask("phone", Phone(), "field.phone.bad")
    remark = await turn.ask("remark", FreeText(), "field.text.bad")
    if not await turn.confirm("switch.which", open=sector, new=phone, change=()):
        turn.say("dialogue.left")
        return
    await turn.knowledge.audit.write(turn.person, actor="rider", action="order")
    WRITES.append(remark)
    if remark == "full":
        turn.again("remark", "smalltalk.bye")
    RUNS.append({"sector": sector, "phone": phone, "remark": remark})
    turn.say("smalltalk.thanks")


async def peek(turn: Turn) -> None:
    """A lookup that asks something itself."""
    what = await turn.ask("what", FreeText(), "media.sticker")
    turn.reply(Reply(text=f"looked up {what}"))


async def glance(turn: Turn) -> None:
    """A lookup that asks nothing."""
    turn.reply(Reply(text="glanced"))


async def wrong(turn: Turn) -> None:
    """A mistake: it asks after it has written."""
    await turn.knowledge.audit.write(turn.person, actor="rider", action="wrong")
    await turn.ask("late", FreeText(), "field.text.bad")


@pytest.fixture
def tried() -> Iterator[None]:
    added = {
        "order": Action("order", "form", order),
        "peek": Action("peek", "lookup", peek),
        "glance": Action("glance", "lookup", glance),
        "wrong": Action("wrong", "form", wrong),
        "other": Action("other", "form", glance),
    }
    ACTIONS.update(added)
    RUNS.clear()
    WRITES.clear()
    yield
    for name in added:
        del ACTIONS[name]


@pytest.fixture
async def desk(database: Database, tried: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    database.clock = MovableClock(START)
    made = Desk(database)
    texts = {
        "switch.which.yes": "确认",
        "switch.which.no": "不交",
        "menu.order": "登记",
        "menu.other": "别的登记",
        "menu.peek": "查",
        "menu.glance": "看",
        "order.change.phone": "改电话",
    }
    monkeypatch.setattr(made.words, "_texts", {**made.words._texts, **texts})
    made.means("登记", "order")
    made.means("看一眼", "glance")
    made.means("查一下", "peek")
    made.means("另外登记", "other")
    made.means("坏的", "wrong")
    return made


async def test_questions_come_one_by_one_and_the_answers_are_the_whole_state(desk: Desk) -> None:
    """Each run starts from the top; what was said on the way is not repeated."""
    first = await desk.says("登记")
    assert "在的" in first
    second = await desk.presses("是")
    assert "在的" not in second
    assert "手机号" in second
    assert "文字" in await desk.says(PHONE)
    await desk.says("早上别打电话")
    await desk.presses("确认")
    assert [{"sector": "express", "phone": f"+86{PHONE}", "remark": "早上别打电话"}] == RUNS
    assert desk.state.forms == []


async def test_what_the_first_sentence_said_is_not_asked(desk: Desk) -> None:
    """Slots answer questions before they are put."""
    desk.means("我送快递，13900000003，登记", "order", sector="express", phone=f"+86{PHONE}")
    assert "文字" in await desk.says("我送快递，13900000003，登记")


async def test_a_bad_answer_gets_a_friendly_complaint_and_the_third_offers_a_person(
    desk: Desk,
) -> None:
    """Asking back, with a way out."""
    await desk.says("登记")
    await desk.presses("是")
    assert "11位" in await desk.says("139000")
    await desk.says("哎")
    assert "工作人员" not in "".join(b.label for r in desk.said.replies for b in r.buttons)
    assert "工作人员" in await desk.says("不晓得")
    assert desk.button("人工").id == "r:talk_to_human"


async def test_leaving_wins_over_a_possible_answer(desk: Desk) -> None:
    """A free-text question doesn't swallow 算了."""
    await desk.says("登记")
    await desk.presses("是")
    await desk.says(PHONE)
    assert "没有提交" in await desk.says("算了")
    assert desk.state.forms == []
    assert RUNS == []


async def test_a_sure_answer_wins_over_another_wish(desk: Desk) -> None:
    """A phone number is a phone number, whatever else the sentence may be."""
    desk.means(f"{PHONE} 查一下", "glance", phone=f"+86{PHONE}")
    await desk.says("登记")
    await desk.presses("是")
    assert "文字" in await desk.says(f"{PHONE} 查一下")


async def test_a_strong_wish_wins_over_a_possible_answer_and_the_question_comes_back(
    desk: Desk,
) -> None:
    """A lookup is served on top of the form; then the open question is put again."""
    await desk.says("登记")
    await desk.presses("是")
    await desk.says(PHONE)
    said = await desk.says("看一眼")
    assert "glanced" in said
    assert "文字" in said
    await desk.says("放门口")
    await desk.presses("确认")
    assert RUNS[0]["remark"] == "放门口"


async def test_a_lookup_may_ask_itself_one_deep(desk: Desk) -> None:
    """Its question is answered first, then the form's is put again."""
    await desk.says("登记")
    await desk.presses("是")
    assert "表情" in await desk.says("查一下")
    assert len(desk.state.forms) == 2
    said = await desk.says("这个")
    assert "looked up 这个" in said
    assert "手机号" in said
    assert len(desk.state.forms) == 1


async def test_a_second_form_asks_what_becomes_of_the_first(desk: Desk) -> None:
    """Kept, dropped, or gone on with: the rider says."""
    await desk.says("登记")
    await desk.says("另外登记")
    said = await desk.presses("留着")
    assert "glanced" in said
    assert desk.state.kept is not None
    assert desk.state.kept.action == "order"


async def test_a_button_of_a_past_question_gets_a_kind_word(desk: Desk) -> None:
    """It neither answers the open question nor is it an error."""
    await desk.says("登记")
    old = desk.button("是")
    await desk.presses("是")
    said = await desk.sends(Press(id=old.id, label=old.label))
    assert "之前那个问题" in said
    assert "手机号" in said


async def test_a_confirmation_holds_for_these_answers_only(desk: Desk) -> None:
    """A correction at the summary changes the answer, and it is shown again."""
    desk.means("电话换成13900000004", "update_membership", phone="+8613900000004")
    await desk.says("登记")
    await desk.presses("是")
    await desk.says(PHONE)
    await desk.says("放门口")
    said = await desk.says("电话换成13900000004")
    assert "改好了" in said
    assert "13900000004" in said
    await desk.presses("确认")
    assert RUNS[0]["phone"] == "+8613900000004"


async def test_no_at_the_summary_files_nothing(desk: Desk) -> None:
    """Nothing is written, and the form is over."""
    await desk.says("登记")
    await desk.presses("是")
    await desk.says(PHONE)
    await desk.says("放门口")
    assert "没有提交" in await desk.presses("不交")
    assert RUNS == []
    assert WRITES == []


async def test_what_turns_out_while_writing_undoes_and_asks_again_for_one_field(
    desk: Desk,
) -> None:
    """The write is gone, the reason is said, the other answers stay."""
    await desk.says("登记")
    await desk.presses("是")
    await desk.says(PHONE)
    await desk.says("full")
    said = await desk.presses("确认")
    assert "路上慢点" in said
    async with desk.database.begin() as unit:
        assert await unit.audit.verify() is None
        from sqlalchemy import text

        rows = await unit.session.scalars(text("select 1 from audit where action = 'order'"))
        assert list(rows) == []
    await desk.says("放门口")
    await desk.presses("确认")
    assert RUNS[0]["remark"] == "放门口"


async def test_an_action_that_asks_after_writing_is_refused(desk: Desk) -> None:
    """It is a mistake in the action, and nothing of it is kept."""
    from actions.turn import AskedAfterWriting

    with pytest.raises(AskedAfterWriting):
        await desk.says("坏的")


async def test_an_unfinished_form_is_kept_seven_days(desk: Desk) -> None:
    """The next day it goes on; after a week it is forgotten."""
    await desk.says("登记")
    clock = desk.database.clock
    assert isinstance(clock, MovableClock)
    clock.move(FORM_KEPT / 2)
    assert "手机号" in await desk.says("是")
    clock.move(FORM_KEPT)
    await desk.says("你说啥")
    assert desk.state.forms == []


async def test_back_goes_to_the_question_before(desk: Desk) -> None:
    """A slip of the thumb is undone with a word."""
    await desk.says("登记")
    await desk.presses("是")
    await desk.says("上一步")
    await desk.presses("否")
    await desk.says(PHONE)
    await desk.says("放门口")
    await desk.presses("确认")
    assert RUNS[0]["sector"] == "freight"


async def test_an_unfinished_form_is_offered_again_the_next_day_once(desk: Desk) -> None:
    """A timer is written when the form is begun, and taken away when it is over."""
    from sqlalchemy import text

    async def waiting() -> int:
        async with desk.database.begin() as unit:
            rows = await unit.session.scalars(
                text("select 1 from inbox where kind = 'timer' and handled_at is null")
            )
            return len(list(rows))

    await desk.says("登记")
    assert await waiting() == 1
    form = desk.state.forms[0].id
    from actions.content import Timer

    said = await desk.sends(Timer(name="form", values={"form": form}))
    assert "还没填完" in said
    assert "手机号" not in said
    await desk.presses("接着办")
    await desk.says("算了")
    assert await waiting() == 0

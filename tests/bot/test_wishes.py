"""What goes to the review list of a conversation, once, masked; and what never does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from actions.content import StaffAct
from bot.lessons import lessons
from bot.wishes import LONGEST
from knowledge.review import Line
from knowledge.statements import Statements
from knowledge.turns import Finished, Turns
from nlu.choose import Choice, Context
from nlu.match import Index, Question
from nlu.reading import Reading
from tests.actions.talk import House, Talk, demonstration
from tests.bot.table import Table
from tests.conftest import Databases

INDEXES: dict[tuple[Question, ...], Index] = {}
"""Of the same articles: to make one takes longer than any test here."""


@pytest.fixture
async def house(databases: Databases) -> AsyncIterator[House]:
    async with demonstration(databases) as made:
        questions = tuple((await lessons(made.database)).questions)
        reader = made.engine._understanding
        if questions not in INDEXES:
            reader.set_articles(questions)
            INDEXES[questions] = reader.index
        reader._index = INDEXES[questions]
        yield made


async def listed(house: House | Table) -> list[Line]:
    async with house.database.begin() as unit:
        return await unit.review.lines()


async def test_what_is_out_of_scope_is_listed_masked(house: House) -> None:
    """With what was made of it, the language, and the region that it speaks of."""
    talk = Talk(house)
    await talk.says("我叫李雷，电话13900000088，威海的社保断缴了咋补")
    (line,) = await listed(house)
    assert line.what == "out_of_scope"
    assert line.text == "我叫⟨name⟩，电话⟨phone⟩，威海的社保断缴了咋补"
    assert (line.route, line.runner_up) == ("out_of_scope", "smalltalk")
    assert 0.9 < line.confidence <= 1
    assert (line.language, line.region) == ("zh", "weihai")
    assert line.state == "open"


async def test_what_is_known_to_be_out_of_scope_teaches_nothing(house: House) -> None:
    """It is a training sentence already, or nothing but a number."""
    talk = Talk(house)
    await talk.says("怎么申诉超时")
    assert talk.route == "out_of_scope"
    await talk.says("110101199003074514")
    await talk.says("13900000088")
    assert await listed(house) == []


async def test_a_handoff_lists_the_wish_that_led_to_it(house: House) -> None:
    """Not the word for a person; and nothing new while the rider waits."""
    talk = Talk(house)
    await talk.says("站点附近哪有充电桩啊跑不动了")
    await talk.says("谢谢")
    await talk.says("转人工")
    (line,) = await listed(house)
    assert (line.what, line.text) == ("handed_over", "站点附近哪有充电桩啊跑不动了")
    await talk.says("有没有短视频课可以报")
    await talk.says("转人工")
    assert len(await listed(house)) == 1


async def test_who_only_asks_for_a_person_says_nothing_to_learn_from(house: House) -> None:
    """Words for it that nobody knows yet are listed."""
    await Talk(house).says("转人工")
    assert await listed(house) == []
    await Talk(house).says("给我整个真人来唠")
    (line,) = await listed(house)
    assert (line.what, line.text) == ("handed_over", "给我整个真人来唠")


async def test_who_goes_on_by_a_button_has_left_the_wish_behind(house: House) -> None:
    """A person asked for afterwards is wanted for something else."""
    talk = Talk(house)
    await talk.says("你们夜校都开些啥课呢")
    await talk.says("你好")
    await talk.presses("加入工会")
    await talk.says("转人工")
    assert await listed(house) == []


async def test_an_old_wish_is_forgotten(house: House) -> None:
    """Three hours later it is another matter."""
    talk = Talk(house)
    await talk.says("你们夜校都开些啥课呢")
    await talk.waits(timedelta(hours=3))
    await talk.says("转人工")
    assert await listed(house) == []


async def test_a_question_back_is_listed_with_both_routes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, whatever the rider answers; an article that it leads to may be judged as theirs."""

    def between(_self: Any, reading: Reading, _context: Context) -> Choice:
        pair = ("faq:membership-dues", "join_union")
        return Choice("faq:membership-dues", 0.51, ask_back=pair)

    talk = Talk(house)
    with monkeypatch.context() as patch:
        patch.setattr(type(house.engine._understanding), "choose", between)
        await talk.says("入会那个钱是咋回事")
    (line,) = await listed(house)
    assert (line.what, line.route, line.confidence) == ("asked_back", "faq:membership-dues", 0.51)
    assert line.runner_up == "join_union"
    await talk.presses("会费")
    assert "0.5%" in talk.heard
    await talk.presses("没用")
    await talk.presses("人工")
    assert [one.what for one in await listed(house)] == ["asked_back"]


async def test_a_judgement_counts_once_and_no_help_lists_the_question(house: House) -> None:
    """Thanked briefly; 没用 offers a person; the second press of either changes nothing."""
    talk = Talk(house)
    async with house.database.begin() as unit:
        article = await unit.articles.answer("membership-dues", None, "zh")
    assert article is not None
    await talk.says(article.question)
    await talk.says("你好")
    await talk.presses("没用")
    assert "人工" in talk.heard
    for label in ("没用", "有用"):
        await talk.presses(label)
        assert "已经评过" in talk.heard
    (line,) = await listed(house)
    assert (line.what, line.text) == ("not_helpful", article.question)
    assert (line.route, line.runner_up) == ("faq:membership-dues", None)
    other = Talk(house)
    await other.says(article.question)
    await other.presses("有用")
    assert "谢谢" in other.heard
    assert await _counts(house, article.id) == (1, 1)
    assert len(await listed(house)) == 1


@pytest.mark.parametrize(
    "press", ["+:{id}.999999", "+:{id}", "+:x.y", "", "-:99999999999999999999.1"]
)
async def test_a_judgement_of_no_answer_of_ones_own_counts_for_nothing(
    house: House, press: str
) -> None:
    """An invented button, or one of somebody else's conversation."""
    from actions.content import Press

    talk, other = Talk(house), Talk(house)
    async with house.database.begin() as unit:
        article = await unit.articles.answer("membership-dues", None, "zh")
    assert article is not None
    await talk.says(article.question)
    theirs = next(b.id for b in talk.heard.buttons if b.id.startswith("r:judge:+"))
    for id_ in (f"r:judge:{press.format(id=article.id)}", theirs):
        heard = await other.sends(Press(id=id_))
        assert heard.text
    assert await _counts(house, article.id) == (0, 0)


async def test_a_cry_for_help_is_never_listed(house: House) -> None:
    """Nor is what a person is asked for afterwards."""
    talk = Talk(house)
    await talk.says("我不想活了")
    await talk.says("转人工")
    await talk.says("我不想活了")
    assert await listed(house) == []


async def test_what_is_typed_into_a_form_is_never_listed(house: House) -> None:
    """Answers, readable or not, are data; the wish before them is what a person is wanted for."""
    talk = Talk(house)
    await talk.says("我想入会来着，咋整")
    for line in ("快递", "贝壳胡同那块儿", "欧阳锦绣", "乱七八糟", "呃呃呃呃", "啊啊不知道"):
        await talk.says(line)
    assert await listed(house) == []
    await talk.presses("人工")
    assert [(one.what, one.text) for one in await listed(house)] == [
        ("handed_over", "我想入会来着，咋整")
    ]


async def test_what_is_said_to_a_person_is_theirs(house: House) -> None:
    """The bot is silent then, and keeps nothing."""
    talk = Talk(house)
    await talk.says("转人工")
    await talk.sends(StaffAct(staff="王", act="take"))
    await talk.says("社保断缴了咋补")
    assert await listed(house) == []


async def test_a_long_line_is_listed_short(house: House) -> None:
    """Masked before it is cut: no number is cut in two, and no mark."""
    talk = Talk(house)
    await talk.says("社" * (LONGEST - 3) + "13900000088" + "保" * 20)
    (line,) = await listed(house)
    assert line.text == "社" * (LONGEST - 3)


async def test_a_repeated_delivery_is_listed_once(table: Table) -> None:
    """Before and after it was handled."""
    for _ in range(2):
        await table.put("out_of_scope 社保断了", external_id="same")
        await table.engine.serve(table.conversation)
    assert len(await listed(table)) == 1


async def test_many_engines_list_each_line_once(table: Table) -> None:
    """Twenty lines, four engines."""
    table.understanding.delay = 0.002
    for number in range(20):
        await table.put(f"out_of_scope 第{number}件事")
    engines = [table.new_engine(f"w{n}") for n in range(4)]
    await asyncio.gather(*(engine.serve(table.conversation) for engine in engines))
    await table.engine.serve(table.conversation)
    texts = [line.text for line in await listed(table)]
    assert texts == [f"out_of_scope 第{number}件事" for number in reversed(range(20))]


async def test_a_line_stands_with_its_turn_or_not_at_all(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails at the very end takes the line with it, and the retry writes it once."""
    finish = Turns.finish
    seen: list[int] = []

    async def breaks_once(self: Turns, *args: Any) -> Finished:
        finished = await finish(self, *args)
        if not seen:
            seen.append(len(await listed(table)))
            raise RuntimeError("the power goes out")
        return finished

    monkeypatch.setattr(Turns, "finish", breaks_once)
    await table.say("out_of_scope 社保断了")
    assert seen == [0]
    assert len(await listed(table)) == 1


async def test_only_what_is_listed_costs_a_transaction(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn with nothing to review is written by one statement of its own."""
    written: list[str] = []
    rows = Statements.rows

    async def noted(self: Statements, sql: str, *values: Any) -> list[Any]:
        written.append(" ".join(sql.split()[:3]))
        return await rows(self, sql, *values)

    await table.say("quiet 1")
    await table.put("quiet 2")
    await table.put("out_of_scope 社保断了")
    monkeypatch.setattr(Statements, "rows", noted)
    await table.engine.step(table.conversation)
    assert written == ["with taken as", "with mine as"]
    written.clear()
    await table.engine.step(table.conversation)
    assert written == ["with taken as"]
    assert len(await listed(table)) == 1


async def _counts(house: House, article: int) -> tuple[int, int]:
    from knowledge.article_rows import ArticleRow

    async with house.database.begin() as unit:
        row = await unit.session.get(ArticleRow, article)
        assert row is not None
        return row.helpful, row.not_helpful

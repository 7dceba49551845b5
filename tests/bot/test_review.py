"""The review desk: what is taught is new, tells of nobody, and counts; everything can be undone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.housekeeping import REVIEW_KEPT, TIDY_EVERY, Housekeeping
from bot.lessons import lessons
from bot.metrics import Metrics
from bot.review import LONGEST, ReviewDesk, ReviewRefused
from bot.wording import Texts
from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.review import Noted
from knowledge.secrets import Keyring
from nlu import train as training
from nlu.match import Question
from tests.actions.talk import House, Talk


@pytest.fixture
def desk(house: House) -> ReviewDesk:
    return ReviewDesk(house.database)


async def listed(house: House, text: str = "电驴子饿了上哪儿喂它") -> int:
    """The number of a line that wasn't understood."""
    await Talk(house).says(text)
    (line, *_) = await ReviewDesk(house.database).lines()
    return line.id


async def test_a_line_becomes_a_training_sentence(house: House, desk: ReviewDesk) -> None:
    """In the line's own words or better ones; then it is off the list, and can be undone."""
    number = await listed(house)
    taught = await desk.teach(number, by="王敏", route="find_station")
    assert (taught.text, taught.route, taught.language) == (
        "电驴子饿了上哪儿喂它", "find_station", "zh",
    )  # fmt: skip
    assert await desk.lines() == []
    assert ("电驴子饿了上哪儿喂它", "find_station") in (await lessons(house.database)).sentences
    line, _ = await desk.line(number)
    assert line is not None
    assert (line.state, line.settled_by) == ("taught", "王敏")
    with pytest.raises(ReviewRefused, match=rf"taught by 王敏.*undo {number}"):
        await desk.teach(number, by="王敏", route="find_station")

    assert await desk.undo(number) == taught
    assert (await lessons(house.database)).sentences == ()
    assert [one.id for one in await desk.lines()] == [number]
    better = await desk.teach(number, by="王敏", route="find_station", text="小电驴 饿了上哪喂啊")
    assert better.text == "小电驴 饿了上哪喂啊"


async def test_a_line_becomes_a_question_of_an_article_at_once(
    house: House, desk: ReviewDesk
) -> None:
    """The next rider who writes so is answered, without any training."""
    number = await listed(house, "交给组织的那份钱一年要几个子儿")
    understanding = house.engine._understanding
    keeping = Housekeeping(house.database, understanding, Texts(), Metrics())
    await keeping.refresh()
    before = Talk(house)
    await before.says("交给组织的那份钱一年要几个子儿")
    assert before.route == "out_of_scope"
    running = asyncio.create_task(keeping.run())
    try:
        await asyncio.sleep(0.3)
        await desk.teach(number, by="王敏", topic="membership-dues")
        after = Talk(house)
        for _ in range(50):
            await after.says("交给组织的那份钱一年要几个子儿")
            if after.route == "faq:membership-dues":
                break
            await asyncio.sleep(0.1)
        assert "0.5%" in after.heard
    finally:
        running.cancel()
    await desk.undo(number)
    await keeping.refresh()
    await after.says("交给组织的那份钱一年要几个子儿")
    assert after.route == "out_of_scope"


async def test_a_topic_may_be_named_as_a_route(house: House, desk: ReviewDesk) -> None:
    """As it stands in the list."""
    taught = await desk.teach(await listed(house), by="王", route="faq:hotline")
    assert taught.route == "faq:hotline"


@pytest.mark.parametrize(
    ("route", "topic", "text", "why"),
    [
        ("find_stations", None, None, "there is no route 'find_stations'; there are .*crisis"),
        (None, "dues", None, "no article about 'dues'; there are .*membership-dues"),
        (None, None, None, "either the route or the topic"),
        ("find_job", "hotline", None, "either the route or the topic"),
        ("find_station", None, "  ！！ ", "no words to learn"),
        ("find_station", None, "⟨name⟩", "no words to learn"),
        ("find_station", None, "我叫⟨name⟩，电驴子饿了", "still holds ⟨name⟩"),
        ("find_station", None, "电驴子饿了找13900000088", "still holds ⟨phone⟩"),
        ("find_station", None, "电驴子" * 41, f"{LONGEST} at most"),
        ("find_station", None, "订单取消不了怎么办", "out_of_scope already.*out_of_scope.yaml"),
        ("out_of_scope", None, "订单取消不了怎么办！", "stands under out_of_scope already"),
        ("out_of_scope", None, "我的接单权限被关了怎么恢复啊", "is nearly '我的接单权限"),
        ("find_job", None, "我的接单权限被关了怎么恢复啊", "can't be under find_job, too"),
        (None, "hotline", "工会会费怎么交，入会要钱吗", "membership-dues already .the art"),
        ("smalltalk", None, "活着没意思想跳楼算了", "cry for help.*crisis only"),
        (None, "hotline", "活着没意思想跳楼算了", "cry for help.*crisis only"),
    ],
)  # fmt: skip
async def test_what_can_not_be_taught_is_refused_with_its_reason(
    house: House, desk: ReviewDesk, route: str | None, topic: str | None, text: str | None, why: str
) -> None:
    """And the line is open as before."""
    number = await listed(house)
    with pytest.raises(ReviewRefused, match=why):
        await desk.teach(number, by="王敏", route=route, topic=topic, text=text)
    assert [one.id for one in await desk.lines()] == [number]
    assert await desk.taught() == []


async def test_masks_must_have_been_edited_out(house: House, desk: ReviewDesk) -> None:
    """A line with a name in it isn't taught as it is."""
    number = await listed(house, "我叫李雷，电驴子饿了上哪儿喂")
    with pytest.raises(ReviewRefused, match=r"⟨name⟩.*--text"):
        await desk.teach(number, by="王敏", route="find_station")
    await desk.teach(number, by="王敏", route="find_station", text="电驴子饿了上哪儿喂")


async def test_what_was_taught_before_is_known(house: House, desk: ReviewDesk) -> None:
    """Two riders who wrote alike teach once; of two who teach at once, one is refused."""
    first = await listed(house)
    second = await listed(house, "电驴子饿了，上哪儿喂它呀")
    results = await asyncio.gather(
        desk.teach(first, by="王", route="find_station"),
        desk.teach(second, by="李", route="find_job"),
        return_exceptions=True,
    )
    (refused,) = [one for one in results if isinstance(one, ReviewRefused)]
    assert "taught line" in str(refused)
    assert len(await desk.taught()) == 1


async def test_a_line_is_put_aside_and_opened_again(house: House, desk: ReviewDesk) -> None:
    number = await listed(house)
    await desk.ignore(number, by="王敏")
    assert await desk.lines() == []
    assert [one.settled_by for one in await desk.lines(state="ignored")] == ["王敏"]
    with pytest.raises(ReviewRefused, match="ignored by 王敏"):
        await desk.ignore(number, by="李")
    assert await desk.undo(number) is None
    with pytest.raises(ReviewRefused, match="there is nothing to undo"):
        await desk.undo(number)
    with pytest.raises(ReviewRefused, match="there is no line 9999"):
        await desk.undo(9999)
    with pytest.raises(ReviewRefused, match="there is no line 9999"):
        await desk.line(9999)


async def test_a_sentence_outlives_its_person_and_can_still_be_taken_back(
    house: House, desk: ReviewDesk
) -> None:
    """An erased person's line is gone; the accepted sentence tells of nobody."""
    number = await listed(house)
    await desk.teach(number, by="王敏", route="find_station")
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(1)
        assert conversation is not None
        await unit.people.erase(conversation.person, actor="rider")
    line, taught = await desk.line(number)
    assert line is None
    assert taught is not None
    assert await desk.lines(state="taught") == []
    assert await desk.undo(number) == taught
    assert await desk.taught() == []


async def test_the_house_clears_away_what_nobody_reviewed(house: House, desk: ReviewDesk) -> None:
    """After 90 days, at the next look."""
    keeping = Housekeeping(house.database, house.engine._understanding, Texts(), Metrics())
    await listed(house)
    await keeping.tidy()
    house.clock.move(REVIEW_KEPT)
    await keeping.tidy()
    assert await desk.lines() == []
    await listed(house)
    house.clock.move(TIDY_EVERY)
    await keeping.tidy()
    assert len(await desk.lines()) == 1


async def test_what_is_taught_names_another_model(house: House, desk: ReviewDesk) -> None:
    """So a house that is behind trains."""
    before = await lessons(house.database)
    await desk.teach(await listed(house), by="王", route="find_station")
    after = await lessons(house.database)
    names = [training.fingerprint(one.questions, reviewed=one.sentences) for one in (before, after)]
    assert names[0] != names[1]


def test_a_file_s_sentence_wins_over_one_that_was_taught() -> None:
    """A later release may bring the same words, under the route that it holds for right."""
    pairs = dict(
        training.examples(
            [Question("hotline", "zh", "电驴子饿了")],
            reviewed=[("订单取消不了怎么办！", "find_job"), ("电驴子饿了", "find_station")],
        )
    )
    assert pairs["订单取消不了怎么办"] == "out_of_scope"
    assert "订单取消不了怎么办！" not in pairs
    assert pairs["电驴子饿了"] == "find_station"


# The commands


def _gongyou(*command: str, fails: bool = False) -> str:
    result = CliRunner().invoke(app, ["review", *command])
    assert result.exit_code == int(fails), result.output
    return result.output


def test_lines_are_looked_at_and_taught_by_commands(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """list, show, teach, taught, ignore, undo; refusals are one sentence and end with 1."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    asyncio.run(_two_lines(database_url, Keyring.at(tmp_path / "keys")))

    assert "1  asked_back" in _gongyou("list")
    assert "find_station 0.51, then find_job" in _gongyou("list", "--what", "asked_back")
    assert "1  asked" not in _gongyou("list", "--what", "not_helpful")
    second, first = json.loads(_gongyou("list", "--json"))
    assert (first["text"], first["what"], first["state"]) == (
        "电驴子饿了，⟨phone⟩", "asked_back", "open",
    )  # fmt: skip
    assert (second["route"], second["confidence"]) == ("find_station", 0.51)
    assert "nothing is called 'angry'" in _gongyou("list", "--what", "angry", fails=True).lower()

    refused = _gongyou("teach", "1", "--route", "find_station", "--as", "王敏", fails=True)
    assert "gongyou: The sentence still holds ⟨phone⟩" in refused
    told = _gongyou(
        "teach", "1", "--route", "find_station", "--text", "电驴子饿了上哪喂", "--as", "王敏"
    )
    assert "taught under find_station: 电驴子饿了上哪喂" in told
    assert "gongyou train" in told
    assert "taught by 王敏 under find_station" in _gongyou("show", "1")
    assert json.loads(_gongyou("show", "1", "--json"))["taught"]["text"] == "电驴子饿了上哪喂"
    assert "by 王敏" in _gongyou("taught")

    assert "put aside" in _gongyou("ignore", "2", "--as", "李")
    assert "there are none" in _gongyou("list")
    assert "ignored by 李" in _gongyou("show", "2")
    assert "2  not_helpful" in _gongyou("list", "--state", "ignored")
    assert "open again" in _gongyou("undo", "2")
    assert "taken back: 电驴子饿了上哪喂" in _gongyou("undo", "1")
    assert "there are none" in _gongyou("taught")
    assert "there is no line 7" in _gongyou("show", "7", fails=True).lower()


async def _two_lines(url: str, keyring: Keyring) -> None:
    database = Database(url, keyring, clock=MovableClock())
    async with database.begin() as unit:
        conversation, person = await unit.conversations.find_or_begin("main", "web", "rider")
        for number, what in enumerate(("asked_back", "not_helpful")):
            message, _ = await unit.conversations.arrive(
                conversation, person, external_id=f"m{number}", kind="text", payload={},
                received_at=unit.now,
            )  # fmt: skip
            await unit.review.note(
                person,
                Noted(
                    what=what,  # type: ignore[arg-type]
                    message=message,
                    text="电驴子饿了，⟨phone⟩",
                    route="find_station",
                    confidence=0.51,
                    runner_up="find_job",
                    language="zh",
                    region=None,
                ),
            )
    await database.close()

"""The player of conversations: what it reads, what it notices, and which line it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rehearsal.drivers import CannotPlay, Driver, Heard, find_button
from bot.rehearsal.form import (
    Conversation,
    Decision,
    FormError,
    Say,
    StaffTurn,
    Told,
    read_conversations,
)
from bot.rehearsal.player import occurs, play
from bot.rehearsal.scene import refusal


class Parrot:
    """A rider whose house has learnt its answers by heart."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._heard = Heard()
        self.said: list[str] = []

    async def say(self, text: str) -> None:
        self.said.append(text)
        self._heard = Heard(self._answers.get(text, ""), "known" if text in self._answers else None)

    async def locate(self, lat: float, lon: float) -> None:
        await self.say(f"{lat},{lon}")

    async def share_contact(self, phone: str) -> None:
        await self.say(phone)

    async def send_photo(self, path: Path) -> None:
        await self.say(path.name)

    async def send_voice(self, path: Path) -> None:
        raise CannotPlay("parrots take no voice messages")

    async def send_sticker(self, emoji: str) -> None:
        await self.say(emoji)

    async def press(self, label: str) -> None:
        await self.say(find_button(label, [[("加入工会", "join"), ("找人工", "person")]]))

    async def heard(self) -> Heard:
        heard, self._heard = self._heard, Heard()
        return heard

    async def conversation(self) -> int | None:
        return None

    async def close(self) -> None:
        """Nothing is open."""


class Cage:
    """A scene with parrots."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self.riders: list[Parrot] = []
        self.waited = timedelta(0)
        self.acts: list[str | StaffTurn] = []
        self.decisions: list[Decision] = []

    def rider(self) -> Driver:
        self.riders.append(Parrot(self._answers))
        return self.riders[-1]

    async def rest(self, riders: list[Driver]) -> None:
        """It rests always."""

    async def wait(self, span: timedelta) -> None:
        self.waited += span

    async def staff(self, act: str | StaffTurn, rider: Driver) -> None:
        self.acts.append(act)

    async def office(self, decision: Decision) -> None:
        self.decisions.append(decision)


def written(tmp_path: Path, text: str) -> list[Told]:
    file = tmp_path / "talk.yaml"
    file.write_text(text, encoding="utf-8")
    return read_conversations(file)


ANSWERS = {
    "你好": "您好，我是工友\n加入工会\n找人工",
    "入会": "编号：WH-3N6P8C\n查询码：559201",
    "查 WH-3N6P8C 559201": "WH-3N6P8C 审核中，4,940.00 元",
    "join": "您做哪一行？",
}


async def test_a_conversation_as_told_passes(tmp_path: Path) -> None:
    """Words, patterns, forbidden words and the route are all looked at."""
    (told,) = written(
        tmp_path,
        """
- conversation: hello
  turns:
    - rider: 你好
      route: known
      bot: [工友, '/加入.会/']
      not: [抱歉]
    - button: 加入
      bot: [哪一行]
""",
    )
    assert (await play(told, Cage(ANSWERS), "web")).misses == ()


async def test_each_wrong_expectation_is_named_with_its_line(tmp_path: Path) -> None:
    """A wrong route, a missing word and a forbidden one: three lines, and what was read."""
    (told,) = written(
        tmp_path,
        """
- conversation: hello
  turns:
    - rider: 你好
      route: find_station
      bot:
        - 工友
        - 火星
      not: [找人工]
""",
    )
    played = await play(told, Cage(ANSWERS), "web")
    assert [(miss.line, miss.what) for miss in played.misses] == [
        (5, "route find_station, not known"),
        (8, "no 火星 in the answer"),
        (9, "there is 找人工 in the answer"),
    ]
    lines = list(played.lines())
    assert lines[0] == f"{tmp_path / 'talk.yaml'}:5: hello (web): route find_station, not known"
    assert lines[-1] == "    | 找人工"


async def test_it_goes_on_after_a_miss_but_not_after_what_it_cannot_play(tmp_path: Path) -> None:
    """A missing word spoils one turn; a missing button the rest of the conversation."""
    (told,) = written(
        tmp_path,
        """
- conversation: hello
  turns:
    - rider: 你好
      bot: [火星]
    - button: 回家
    - rider: 你好
      bot: [火星]
""",
    )
    played = await play(told, Cage(ANSWERS), "web")
    assert [miss.line for miss in played.misses] == [5, 6]
    assert "回家" in played.misses[1].what


async def test_number_and_code_of_an_answer_can_be_said_later(tmp_path: Path) -> None:
    """`{number}` and `{code}` stand for the last ones read, in what is said and what is told."""
    (told,) = written(
        tmp_path,
        """
- conversation: status
  turns:
    - rider: 入会
    - rider: 查 {number} {code}
      bot: ["{number} 审核"]
    - office: {application: "{number}", decide: approved}
""",
    )
    cage = Cage(ANSWERS)
    assert (await play(told, cage, "web")).passed
    assert cage.decisions == [Decision(application="WH-3N6P8C", decide="approved")]


async def test_another_rider_has_a_conversation_of_their_own(tmp_path: Path) -> None:
    """`by` names somebody else; what they read isn't mixed with the first rider's."""
    (told,) = written(
        tmp_path,
        """
- conversation: two
  turns:
    - rider: 你好
    - rider: 入会
      by: 刘洋
      not: [工友]
    - wait: 1d2h
    - staff: take
    - staff: {say: 在吗}
""",
    )
    cage = Cage(ANSWERS)
    assert (await play(told, cage, "web")).passed
    assert [rider.said for rider in cage.riders] == [["你好"], ["入会"]]
    assert cage.waited == timedelta(hours=26)
    assert cage.acts == ["take", Say(say="在吗")]


async def test_what_a_channel_has_not_got_is_a_miss(tmp_path: Path) -> None:
    """A voice message where there are none fails the conversation, and says why."""
    (told,) = written(tmp_path, "- {conversation: v, turns: [{voice: v.ogg}]}")
    (miss,) = (await play(told, Cage({}), "web")).misses
    assert "no voice" in miss.what


@pytest.mark.parametrize(
    ("word", "text", "there"),
    [
        ("yt-7k3q9m", "ＹＴ－７Ｋ３Ｑ９Ｍ", True),
        ("4,940.00", "实付 4,940.00 元", True),
        ("4940", "4,940.00", False),
        (r"/WH-[0-9A-Z]{6}/", "编号 WH-3N6P8C", True),
        (r"/wh-/", "WH-3N6P8C", False),
        ("/", "a/b", True),
    ],
)
def test_words_mind_neither_case_nor_width_and_patterns_do(
    word: str, text: str, there: bool
) -> None:
    """A rider doesn't see the difference; who writes a pattern asks for it."""
    assert occurs(word, text) is there


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("- conversation: a\n  turns:\n    - rider: x\n      bott: [y]", 4, "'bott' is no key"),
        ("- conversation: a\n  turn: []", 2, "'turn' is no key"),
        ("- conversation: a\n  turns: []", 2, "has turns"),
        ("- conversation: a\n  turns:\n    - bot: [x]", 3, "here 0 do"),
        ("- conversation: a\n  turns:\n    - rider: x\n      wait: 1d", 3, "here 2 do"),
        ("- conversation: a\n  turns:\n    - wait: soon", 3, "1d, 2h"),
        ("- conversation: a\n  turns:\n    - staff: sleep", 3, "take"),
        ("- conversation: a\n  turns:\n    - rider: x\n      bot: ['/(/']", 4, "no regular"),
        ("- conversation: a\n  now: 2026-11-24T10:00\n  turns: [{rider: x}]", 2, "zone"),
        ("- conversation: a\n  channel: fax\n  turns: [{rider: x}]", 2, "web"),
        ("- conversation: a\n  turns: [{rider: x}]\n  turns: [{rider: y}]", 3, "twice"),
        (
            "- {conversation: a, turns: [{rider: x}]}\n- {conversation: a, turns: [{rider: x}]}",
            2,
            "line 1 already",
        ),
        ("- ]", 1, "not YAML"),
        ("conversation: a", 1, "a list"),
    ],
)
def test_a_file_out_of_form_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    """An unknown key, a missing act, a bad time: file, line and reason."""
    with pytest.raises(FormError) as refused:
        written(tmp_path, text)
    assert f"talk.yaml:{line}: " in str(refused.value)
    assert why in str(refused.value)


def test_values_are_read_as_they_stand(tmp_path: Path) -> None:
    """4940.00 keeps its noughts, and a number is as good a line as a word."""
    (told,) = written(
        tmp_path, "- conversation: a\n  turns:\n    - rider: 0126\n      bot: [4940.00, yes]"
    )
    (turn,) = told.conversation.turns
    assert (turn.rider, turn.bot) == ("0126", ("4940.00", "yes"))


@pytest.mark.parametrize(
    ("turns", "why"),
    [
        ([{"wait": "1d"}], "clock"),
        ([{"staff": "take"}], "staff"),
        ([{"office": {"claim": "YT-7K3Q9M", "decide": "paid"}}], "staff"),
        ([{"rider": "x"}], None),
        ([{"wait": "0s"}], None),
    ],
)
def test_a_running_house_is_not_played_with(
    turns: list[dict[str, object]], why: str | None
) -> None:
    """Its clock and its staff are its own; what only writes to it may be played."""
    told = refusal(Conversation.model_validate({"conversation": "a", "turns": turns}))
    assert told is None if why is None else told is not None and why in told


def test_the_newest_button_is_pressed_and_an_equal_label_first() -> None:
    """An older row's button is still there for a late press."""
    rows = [[("送外卖", 1), ("送快递", 2)], [("找人工客服", 3), ("找人工", 4)]]
    assert find_button("找人工", rows) == 4
    assert find_button("快递", rows) == 2
    with pytest.raises(CannotPlay, match="回家"):
        find_button("回家", rows)

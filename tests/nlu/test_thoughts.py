"""What is said in passing in a long text is heard."""

from __future__ import annotations

import pytest

from nlu import thoughts
from nlu.choose import Choice, heard
from nlu.match import Match
from nlu.reading import Reading
from nlu.thoughts import HEARD, LONG, MOST, STRETCH, UNBROKEN
from nlu.understanding import Understanding
from tests.nlu.test_choose import LIMITS

CRY = Match({"crisis": 1.0}, 0.9)
OTHER = Match({"report_dispute": 1.0}, 0.9)
FINE = Choice("report_dispute", 0.9)


def _thought(text: str, share: float) -> Reading:
    return Reading(text, "zh", "hans", (("crisis", share), ("report_dispute", 1 - share)))


def test_a_short_text_is_one_thought() -> None:
    assert thoughts.cut("") == ()
    assert thoughts.cut("罚我两百，凭什么，我要申诉") == ()
    assert thoughts.cut("they fined me twice, what now") == ()


def test_clauses_stand_together_as_far_as_they_are_short() -> None:
    text = "上周罚两百，今天又罚三百，站长说不干就滚，我坐在床边坐到天亮，你们说归谁管。" * 2
    stretches = thoughts.cut(text)
    assert len(stretches) > 2
    assert all(len(stretch) <= STRETCH for stretch in stretches)
    assert [c for s in stretches for c in s.split("，")] == [
        clause for clause in text.replace("。", "，").split("，") if clause
    ]


def test_dictation_without_a_sign_is_cut_with_what_stands_on_both_sides() -> None:
    text = "".join(chr(0x4E00 + at) for at in range(150))
    stretches = thoughts.cut(text)
    assert all(len(stretch) <= UNBROKEN for stretch in stretches)
    assert {pair for at in range(149) for pair in (text[at : at + 2],)} <= {
        stretch[at : at + 2] for stretch in stretches for at in range(len(stretch) - 1)
    }


def test_of_a_text_without_end_the_first_and_the_last_are_looked_at() -> None:
    text = "。".join(f"这是第{at}句话它不长也不短但是刚好够了吧对不对" for at in range(500))
    stretches = thoughts.cut(text)
    assert len(stretches) == MOST
    assert "第0句" in stretches[0]
    assert "第499句" in stretches[-1]


@pytest.mark.parametrize(
    "text", ["，" * LONG, " " * 500, "\u0301" * 500, "a" * 10_000, "。." * 400]
)
def test_nothing_breaks_it(text: str) -> None:
    assert all(stretch.strip() for stretch in thoughts.cut(text))


def test_one_thought_makes_a_crisis() -> None:
    """It keeps what the text was else taken for as the runner-up."""
    found = heard(
        FINE, [(_thought("罚我两百", 0.01), OTHER), (_thought("绳子买好了", 0.9), CRY)], LIMITS
    )
    assert found.route == "crisis"
    assert found.runner_up == ("report_dispute", 0.9)
    assert str(found.reasons[0]).startswith("one thought of it")


def test_a_thought_must_be_surer_than_a_whole_text() -> None:
    """And is none where it only says "to death" the way tired people do."""
    unsure = Match({"crisis": 0.5, "report_dispute": 0.5}, 0.9)
    assert heard(FINE, [(_thought("坐到天亮", 0.5), unsure)], LIMITS) == FINE
    assert heard(FINE, [(_thought("真的累死我了", 0.9), CRY)], LIMITS) == FINE
    assert heard(FINE, [], LIMITS) == FINE


def test_what_may_be_a_cry_by_its_wording_is_read(understanding: Understanding) -> None:
    said = (
        "上周罚两百，站长当着大家骂我，我也不想争了，我不想活了你们不用劝，东西都收拾好了，"
        "申诉的事算了吧"
    )
    spoken = [one.text for one in understanding.read_here(said).thoughts]
    assert any("不想活了" in one for one in spoken)
    assert len(spoken) <= HEARD

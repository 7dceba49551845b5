"""The readers that the house is compared with, and what is shown of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from benchmarks import baselines, hostile
from benchmarks.paired import Answer
from benchmarks.stock_training import progress, written
from benchmarks.stock_understanding import StockModel, meant, route_of
from benchmarks.understanding import NO_FALLBACK, OURS, STOCK, Compared, report, some
from nlu.evaluate import Line
from nlu.normalise import MAX_READ

LINES = [Line(text=str(number), route="find_job") for number in range(10)]
ROOT = Path(__file__).parents[2]


def test_a_part_of_the_lines_is_taken_evenly() -> None:
    """From the whole set, which is sorted by group; 0 is all."""
    assert [line.text for line in some(LINES, 3)] == ["0", "3", "6"]
    assert some(LINES, 0) == some(LINES, 99) == LINES


@pytest.mark.parametrize(
    ("ranking", "whole", "without"),
    [
        (["join_union", "find_job"], "join_union", "join_union"),
        (["nlu_fallback", "join_union"], "out_of_scope", "join_union"),
        (["follow_up", "find_course"], "find_course", "find_course"),
        (["go_ahead", "follow_up", "find_course"], "find_course", "find_course"),
        (["nlu_fallback", "follow_up", "find_course"], "out_of_scope", "find_course"),
        ([], "out_of_scope", "out_of_scope"),
    ],
)
def test_a_stock_ranking_is_a_route(ranking: list[str], whole: str, without: str) -> None:
    """A fallback refuses; a line that leans on others is taken for its likeliest matter."""
    assert (route_of(ranking), meant(ranking)) == (whole, without)


def test_the_training_tells_how_far_it_is() -> None:
    """From the last bar that Rasa drew; nothing before there is one."""
    bar = "\rEpochs:  {}%|███  | {}/100 [01:02<02:03, 1.2s/it, t_loss=2, i_acc=0.9]"
    assert progress("Starting to train component 'DIETClassifier'.\nEpochs: 0%| | 0/100") is None
    assert progress(bar.format(7, 7) + bar.format(33, 33)) == "epoch 33 of 100, 02:03 left"


def test_sentences_are_written_without_marks_of_entities() -> None:
    """What is in brackets would be taken for one."""
    read = yaml.safe_load(written([("路费(去)谁出[急]", "find_job"), ("两\n行", "faq:claim")]))
    assert [(one["intent"], one["examples"]) for one in read["nlu"]] == [
        ("faq:claim", "- 两 行\n"),
        ("find_job", "- 路费（去）谁出【急】\n"),
    ]


def test_the_cheap_readers_learn(tmp_path: Path) -> None:
    """Each tells two matters apart, and neither ever answers that a line leans on another."""
    matters = {
        "find_station": "附近哪里能充电",
        "join_union": "我想加入工会",
        "follow_up": "那个呢",
    }
    endings = ("", "啊", "呀", "师傅", "谢谢", "在吗")
    learnt = [(text + end, route) for route, text in matters.items() for end in endings]
    lines = [
        Line(text="这附近能充电吗", route="find_station"),
        Line(text="怎么加入工会", route="join_union"),
        Line(text="那个呢", route="find_station"),
    ]
    found = baselines.answers(learnt, lines, tmp_path)
    assert set(found) == {"tf-idf", "e5"}
    for answers in found.values():
        assert [answer.right for answer in answers[:2]] == [True, True]
        assert answers[2].route in ("find_station", "join_union")


def test_the_report_sets_the_readers_side_by_side() -> None:
    """Shares, differences from ours, and how the stock one was made."""
    right = [Answer(line, line.route, True, 5.0) for line in LINES]
    wrong = [Answer(line, "out_of_scope", False, 20.0) for line in LINES]
    stock = StockModel(Path("model"), sentences=20, intents=2, epochs=100, seconds=120.0)
    told = report(Compared({OURS: right, STOCK: wrong, NO_FALLBACK: right}, 20, 1, 10, stock))
    assert "| right, all lines | 10 | 1.000 (0.722 to 1.000) | 0.000 (0.000 to 0.278) |" in told
    assert "| right, all lines | 10 | +1.000 (+0.607 to +1.000) | +0.000 (" in told
    assert "100 epochs of DIET, trained in 2 minutes" in told
    assert "| gongyou | 5.0 | 5.0 | 5.0 |" in told


@pytest.mark.parametrize("kind", hostile.kinds(["附近哪里能充电"]))
def test_hostile_texts_are_long_and_never_the_same(kind: str) -> None:
    """As long as is read at all, or what their name says."""
    write, chance = hostile.kinds(["附近哪里能充电", "我想加入工会"])[kind], random.Random(1)
    texts = [write(chance) for _ in range(20)]
    assert all(0.9 * MAX_READ <= len(text) <= MAX_READ for text in texts) or kind == "500 digits"
    assert len(set(texts)) > 1
    assert all(text.encode() for text in texts)

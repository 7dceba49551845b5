"""The classifier and the vectors it stands on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.embed import DIMENSIONS, E5Encoder, KeptVectors
from nlu.head import Head
from nlu.normalise import for_model
from nlu.train import ModelInfo


@pytest.fixture(scope="module")
def head(model: ModelInfo) -> Head:
    """The small model's."""
    return Head.load(model.head)


@pytest.fixture(scope="module")
def encoder() -> E5Encoder:
    """The real one."""
    return E5Encoder()


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("我想加入工会怎么申请", "join_union"),
        ("附近哪里能给手机充电", "find_station"),
        ("I want to join the union", "join_union"),
        ("有什么烘焙的课可以上", "find_course"),
        ("转人工", "talk_to_human"),
        ("老板三个月没发工资", "report_dispute"),
    ],
)
def test_plain_wishes_are_understood(head: Head, encoder: E5Encoder, text: str, route: str) -> None:
    """Even by a model of a few sentences a route."""
    ready = for_model(text)
    assert head.ranked(ready, encoder.embed(ready))[0][0] == route


def test_probabilities_are_ranked_and_sum_to_one(head: Head) -> None:
    """Also for an empty text, and without a vector."""
    for text in ("", "我要入会", "zzz"):
        shares = [share for _, share in head.ranked(text, None)]
        assert sum(shares) == pytest.approx(1.0)
        assert shares == sorted(shares, reverse=True)


def test_a_head_is_the_same_after_saving(head: Head, tmp_path: Path) -> None:
    """To the last bit."""
    head.save(tmp_path / "head.npz")
    again = Head.load(tmp_path / "head.npz")
    assert again.ranked("我要入会", None) == head.ranked("我要入会", None)


def test_another_format_is_refused(head: Head, tmp_path: Path) -> None:
    """A model of an older release is not read wrongly."""
    with (tmp_path / "old.npz").open("wb") as file:
        np.savez(file, format=np.array(0))
    with pytest.raises(ValueError, match="format 0"):
        Head.load(tmp_path / "old.npz")


class Counting:
    """An encoder that counts, with vectors of its own."""

    version = "counting-1"

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.calls += 1
        return np.full(DIMENSIONS, len(text), dtype=np.float32)


def test_no_text_is_embedded_twice(tmp_path: Path) -> None:
    """Not in one call, not in the next process; order is kept."""
    encoder = Counting()
    kept = KeptVectors(tmp_path, encoder)
    assert kept.get(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert encoder.calls == 2
    assert KeptVectors(tmp_path, encoder).get(["bb", "a"])[:, 0].tolist() == [2, 1]
    assert encoder.calls == 2
    assert kept.get([]).shape == (0, DIMENSIONS)


def test_a_record_cut_short_by_a_crash_does_no_harm(tmp_path: Path) -> None:
    """It is overwritten; what comes after it is whole."""
    encoder = Counting()
    kept = KeptVectors(tmp_path, encoder)
    kept.get(["a"])
    with kept.path.open("ab") as file:
        file.write(b"half a record")
    again = KeptVectors(tmp_path, encoder)
    assert again.get(["a", "bb"])[:, 0].tolist() == [1, 2]
    assert KeptVectors(tmp_path, encoder).get(["bb"])[:, 0].tolist() == [2]
    assert encoder.calls == 2


def test_two_processes_share_what_they_keep(tmp_path: Path) -> None:
    """What one appended the other reads."""
    one, two = Counting(), Counting()
    first, second = KeptVectors(tmp_path, one), KeptVectors(tmp_path, two)
    first.get(["a"])
    second.get(["a", "bb"])
    first.get(["bb"])
    assert (one.calls, two.calls) == (1, 1)

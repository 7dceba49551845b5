"""Lines of the same meaning come together, and nothing else does."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.embed import E5Encoder
from nlu.groups import grouped
from nlu.head import centred
from nlu.normalise import for_model
from tests.nlu.few import own_sentences


def table(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    made = np.array(rows, dtype=np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def test_a_line_goes_to_the_middle_that_it_is_most_like() -> None:
    """The middle is first, then the likest; what is like nothing stands by itself."""
    vectors = table((1, 0, 0), (0.9, 0.3, 0), (0.95, 0.1, 0), (0, 1, 0.1), (0, 1, 0), (0, 0, 1))
    groups = grouped(vectors, 0.8)
    assert sorted(sorted(group) for group in groups) == [[0, 1, 2], [3, 4], [5]]
    assert all(vectors[group[0]] @ vectors[other] >= 0.8 for group in groups for other in group)


def test_no_lines_make_no_groups() -> None:
    """And one makes one."""
    assert grouped(np.zeros((0, 3), dtype=np.float32)) == []
    assert grouped(table((1, 0))) == [[0]]


def test_thousands_of_lines_take_a_moment() -> None:
    """Five thousand lines about four hundred things; every line is in one group."""
    chance = np.random.default_rng(1)
    about = 2.2 * chance.normal(size=(400, 384))
    lines = chance.normal(size=(5000, 384)) + about[chance.integers(0, 400, 5000)]
    vectors = (lines / np.linalg.norm(lines, axis=1, keepdims=True)).astype(np.float32)
    began = time.process_time()
    groups = grouped(vectors)
    assert time.process_time() - began < 20  # of the processor: a second or two of a quiet machine
    assert len(groups) == 400
    assert sorted(line for group in groups for line in group) == list(range(5000))


def test_riders_words_for_the_same_come_together() -> None:
    """With the real encoder, seen from the middle of what the house is taught."""
    encoder = E5Encoder()

    def table_of(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([encoder.embed(for_model(text)) for text in texts])

    middle = table_of([one.text for one in own_sentences()][::70]).mean(axis=0)
    same = (
        ("高温补贴什么时候发", "天这么热有没有高温补贴", "夏天的高温费啥时候到账"),
        ("能不能领电影票", "电影票在哪领", "工会发电影票吗"),
        ("孩子上学有没有助学金", "娃上大学能申请助学吗"),
        ("how do I get the heat allowance", "is there a summer heat subsidy"),
    )
    alone = ("给我讲个笑话", "租房补贴有吗", "站长克扣工资", "会员卡丢了")
    lines = [*(line for group in same for line in group), *alone]
    vectors = np.ascontiguousarray(centred(table_of(lines), middle), dtype=np.float32)
    found = {frozenset(lines[place] for place in group) for group in grouped(vectors)}
    assert found == {*map(frozenset, same), *(frozenset([line]) for line in alone)}

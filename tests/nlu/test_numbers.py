"""Lines that are a number and little else."""

from __future__ import annotations

import pytest

from nlu.normalise import fold
from nlu.numbers import is_alone, is_of_something


@pytest.mark.parametrize("text", ["1", "１８", "13712341234", " 2。", "110", "120!"])
def test_a_number_alone(text: str) -> None:
    assert is_alone(fold(text))


@pytest.mark.parametrize("text", ["", "12351", "5000", "1个", "二", "2 stations", "8600块"])
def test_no_number_alone(text: str) -> None:
    assert not is_alone(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "QD-F9RPVK",
        "qd f9rpvk",
        "QD-F9RPVK 111111",
        "我的编号 QD-F9RPVK 查询码 646331",
        "查一下QDF9RPVK到哪了",
        "check QD-F9RPVK please",
    ],
)
def test_the_number_of_something_handed_in(text: str) -> None:
    assert is_of_something(fold(text))


@pytest.mark.parametrize(
    "text",
    ["", "QD-F9RPVK 要撤回", "646331", "把 QD-F9RPVK 的电话改了", "号码" * 5_000 + "QD-F9RPVK"],
)
def test_no_number_or_a_wish_beside_it(text: str) -> None:
    assert not is_of_something(fold(text))

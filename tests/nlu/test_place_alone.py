"""Lines that name a place and say nothing else."""

from __future__ import annotations

import pytest

from nlu.normalise import fold
from nlu.place_alone import place_alone


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("南京", "南京市"),
        ("那芝罘区呢", "烟台市芝罘区"),
        ("我在烟台莱山", "烟台市莱山区"),
        ("换成青岛市北区", "青岛市市北区"),
        ("賽罕區", "呼和浩特市赛罕区"),
        ("in Qingdao", "青岛市"),
        ("坂田附近有吗", "坂田"),
    ],
)
def test_only_a_place(text: str, named: str) -> None:
    assert place_alone(fold(text), named)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("南京有烘焙课吗", "南京市"),
        ("我在青岛想入会", "青岛市"),
        ("附近驿站，烟台芝罘区", "烟台市芝罘区"),
        ("join in Qingdao", "青岛市"),
        ("报名茶道入门", "报名茶道入门"),
        ("那呢", ""),
        ("那呢", "南京市"),
        ("", "南京市"),
        ("南京", ""),
    ],
)
def test_more_than_a_place(text: str, named: str) -> None:
    assert not place_alone(fold(text), named)

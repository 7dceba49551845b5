"""Words that are said to the bot while a person is awaited."""

from __future__ import annotations

import pytest

from bot.handoff import asks_how_long, wants_back


@pytest.mark.parametrize(
    "text",
    ["什么时候上班", "你们几点上班啊", "人工什么时候有人在", "还要多久", "still waiting?"],
)
def test_these_ask_how_long_it_takes(text: str) -> None:
    assert asks_how_long(text)
    assert not wants_back(text)


@pytest.mark.parametrize("text", ["返回", "返回机器人", "回到机器人", "转回工友", "back to bot"])
def test_these_go_back(text: str) -> None:
    """As the button does, typed too."""
    assert wants_back(text)


@pytest.mark.parametrize("text", ["我几点上班你管不着", "驿站什么时候开门", "返回押金"])
def test_these_say_more(text: str) -> None:
    assert not asks_how_long(text)
    assert not wants_back(text)

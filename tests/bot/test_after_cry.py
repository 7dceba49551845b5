"""What is taken back after a cry for help, and what isn't."""

from __future__ import annotations

import pytest

from bot.after_cry import takes_back


@pytest.mark.parametrize(
    "text",
    [
        "没有，我就随口一说", "我说气话的", "刚才是气话，别当真", "没事了，已经好多了",
        "骗你的哈哈",
        "sorry I'm fine now", "講笑啫", "講笑咋", "我冇事，發下牢騷啫", "I didn't mean it",
        "谢谢你 好多了", "我好点了，谢谢", "嗯，好些了", "没事了 报警了", "嗯嗯没事",
        "开玩笑呢", "不是，开玩笑的", "没有没有，说着玩", "他没事了", "他回我了 没事了",
        "好多了 谢谢你", "联系上他了，没事了", "我同事没事了",
    ],
)  # fmt: skip
def test_these_take_it_back(text: str) -> None:
    assert takes_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有", "没人管我", "没事了，我走了", "好不了了", "我没骗你，今晚就走",
        "都说我在开玩笑，没人信我",
        "我不是开玩笑", "没开玩笑", "真没有开玩笑", "i'm not fine", "没用的", "别管我", "我想通了",
        "谢谢你陪我", "他回我了", "联系上了", "再见", "报警没用", "好点了再说",
    ],
)  # fmt: skip
def test_these_do_not(text: str) -> None:
    assert not takes_back(text)

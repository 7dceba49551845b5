"""What is asked after a cry for help is told from what is only to be listened to."""

from __future__ import annotations

import pytest

from bot.cry_questions import asked_after_a_cry


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        *[
            ("lines", text)
            for text in (
                "还有别的电话吗", "還有其他電話嗎", "12356打不通", "打了没人接", "有没有别的热线",
                "一直占线", "我该打哪个电话", "nobody answers there", "is there another number?",
            )
        ],
        *[
            ("machine", text)
            for text in (
                "你是机器人吧", "您是真人吗", "你是AI吗", "對面是真人嗎", "是机器人在回我吗",
                "are you a bot", "am I talking to a real person", "is this a machine",
            )
        ],
        *[
            ("how", text)
            for text in (
                "我该怎么跟他说", "怎么劝她啊", "咋安慰我兄弟", "点样同佢讲", "他我该怎么办",
                "what do I say to him", "how can I help her",
            )
        ],
        *[
            (None, text)
            for text in (
                "嗯", "就我一个人", "我给他打电话了", "我老婆走了", "没人懂我", "我也不知道怎么说",
                "活着像个机器", "他不接受我", "我说了他也不听", "不想打电话", "他电话打不通了",
                "我同事没人接电话", "I feel like a machine",
            )
        ],
    ],
)  # fmt: skip
def test_what_is_asked(asks: str | None, text: str) -> None:
    assert asked_after_a_cry(text) == asks

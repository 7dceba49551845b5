"""What somebody asks who has cried for help: plain questions, answered before all listening."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nlu.normalise import fold

_THEM = r"(?:他|她|佢|ta|(?:我)?(?:同事|工友|兄弟|朋友|徒弟|室友|老乡|老公|老婆|爸|妈))"
ASKS: Mapping[str, re.Pattern[str]] = {
    "lines": re.compile(
        r"(?:还有|有没有|有|换)(?:个|一个|什么|啥)?(?:别的|其他的?|其它的?|另外的?)?(?:能打的?)?"
        r"(?:电话|号码|热线)|打哪个(?:电话|号)?"
        # A line, not a workmate who can't be reached.
        rf"|^(?!.*{_THEM}).*(?:打不通|冇人听|没人接|占线|一直忙音)"
        r"|\b(?:other|another|which|what) (?:phone )?(?:numbers?|lines?|hotlines?)\b"
        r"|\b(?:nobody|no one|no-one) (?:answers|picks up)\b|\bline is busy\b"
    ),
    "machine": re.compile(
        r"(?:你|您|这边?|对面).{0,4}(?:机器人?|人工智能|(?<![a-z])ai(?![a-z])|真人|活人|人类|自动回复|程序)"
        r"|(?:是|跟|和)(?:机器人?|真人|活人)(?:在)?(?:吧|吗|么|嘛|聊|说|讲|回|$)"
        r"|\b(?:are you|is this|talking to) (?:just )?(?:an? )?"
        r"(?:ro)?(?:bot|machine|human|person|real|ai|computer)\b"
    ),
    "how": re.compile(
        rf"(?:怎么|咋|怎样|点样|该|能).{{0,4}}(?:跟|和|对|同|劝|陪|安慰|拉住|稳住).{{0,2}}{_THEM}"
        rf"|{_THEM}.{{0,3}}(?:我)?(?:该|要|能)?(?:怎么|咋|点样)(?:劝|说|讲|陪|帮|办|安慰)"
        r"|\b(?:what|how).{0,20}\b(?:say|talk) to (?:him|her|them)\b"
        r"|\bhow (?:do|can|should) i (?:help|calm|comfort) (?:him|her|them)\b"
    ),
}
"""Whether there is another number, who is writing here, how to talk to who is in danger."""


def asked_after_a_cry(text: str) -> str | None:
    """Which of them a line asks; None: it asks nothing, and is listened to."""
    said = fold(text)
    return next((question for question, words in ASKS.items() if words.search(said)), None)

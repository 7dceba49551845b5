"""Cries for help whose telling word is a sign: pills, a blade, a bridge beside a farewell.

Folding takes signs away before any model reads, so these are looked for in the text as it came.
"""

from __future__ import annotations

import re

from nlu.normalise import fold

_MEANS = re.compile(
    "[\U0001f48a\U0001f52a\U0001fa78\U0001faa2\U0001f309\U0001fa92\U0001f5e1\U0001f52b]"
)
"""Pills, knife, blood, knot, bridge at night, razor, dagger, gun."""

_SORROW = re.compile(
    "[\U0001f62d\U0001f622\U0001f494\U0001f940\U0001f5a4\U0001f64f\U0001f44b\U0001f61e\U0001f614\U0001f56f\u26b0\u26b1\U0001faa6]"
)
"""Tears, a broken heart, a wilted flower, a wave, folded hands, a candle, a coffin, a grave."""

_HARMLESS = re.compile(
    "[\U0001f345-\U0001f37f\U0001f950-\U0001f96f\U0001f602\U0001f923\U0001f389\U0001f382]"
)
"""Food, laughter, a party: a knife beside a melon cuts the melon."""

_FAREWELL = re.compile(
    r"今晚|今夜|今天就|晚安|再见|拜拜|走了|先走|最后|对不起|谢谢你们|我妈|爸妈|孩子|"
    r"够了|累了|不疼|不痛|安静|解脱|准备好|都结束|结束了|永别|没了|别找|算了|一个人|想好了|受够|"
    r"还不够|攒|数了|[都全]吃|吃[完光]|吞|手腕|胳膊|"
    r"\b(?:tonight|good ?night|bye|sorry|enough|over|ready|done|love you|tired|last|alone|quiet|"
    r"forgive|end|no more)\b"
)

_ERRAND = re.compile(
    r"药店|药房|[送买取代跑]药|感冒|发烧|处方|厨|切|菜|肉|西瓜|水果|体检|献血|抽血|验血|血压|血糖|"
    r"驿站|订单|派单|一单|[跑送接]单|外卖|餐|磨刀|快递|游戏|电影|拍照|夜景|"
    r"\b(?:pharmacy|order|deliver\w*|kitchen|cook\w*|chef|blood test|donat\w*|medicine for|cold|"
    r"game|film|movie|photo)\b"
)

SHORT = 24
"""Characters beside the signs: a longer text says in words what it means."""


def speaks(text: str) -> bool:
    """Whether signs say that a life is in danger; the text as it was written."""
    means = _MEANS.findall(text)
    if not means or _HARMLESS.search(text):
        return False
    said = fold(text)
    if len(said) > SHORT or _ERRAND.search(said):
        return False
    if not said.strip(" .,!?~…"):
        return len(means) >= 2 or _SORROW.search(text) is not None
    return _FAREWELL.search(said) is not None

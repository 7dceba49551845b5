"""Whether a text asks where the union has its office: "最近的工会在哪".

No route of its own is taught for it: a rider says it in few ways, and all that is taught already
about unions (which one is mine, how do I join) must stay where it is.
"""

from __future__ import annotations

import re

_NOUN = r"(?:办公室|办公点|办公地点|办公地址|办公的地方|办事处|办公楼|服务中心|办事大厅|大厅)"
_UNION = rf"(?:总工会|工会)(?:的)?{_NOUN}?"
_WHERE = (
    r"(?:具体|到底|大概|都)?"
    r"(?:在(?:哪(?:儿|里|个地方|个位置|条路|块)?|什么地方|啥地方)|哪(?:里|儿)有|[怎咋]么?(?:走|去)"
    r"|(?:的)?(?:地址|位置)(?:是(?:什么|啥|哪(?:里|儿)?|多少)?|在哪(?:里|儿)?|发我|给我|告诉我)?)"
)
_NEAR = (
    r"(?:离(?:我|这|这儿|这里|这边))?(?:最近|附近|就近|周边|比较近|近一点)"
    r"(?:的|有|哪(?:里|儿)|有没有|哪个|一个|一家)*"
)
_BEGIN = r"(?:请问|那|麻烦|你好|您好|我|想|要|帮我|给我|问|一下|下|查|找|搜|告诉我|[, ])*"
_END = r"(?:呀|啊|呢|吗|嘛|没|没有|哦|哈|谢谢|[?!.,~ ])*"

_PATTERNS = (
    rf"(?P<whose>.{{0,16}}?){_UNION}{_WHERE}{_END}",
    rf"{_BEGIN}{_NEAR}{_UNION}(?:{_WHERE})?{_END}",
    rf"{_BEGIN}(?:去)?(?P<place>[^转接联系叫]{{0,8}}?)(?:总工会|工会)的?{_NOUN}"
    rf"(?:几点(?:开门|关门|上班|下班)|(?:现在)?(?:开门|开着|上班)|电话)?{_END}",
    r"(?:.{0,30} )?(?:where(?:'?s| is| are)|find|show me|how (?:do|can) i get to|directions to"
    r"|address of)\b[^.?!]{0,30}\bunion(?:'s|s)? (?:office|hall|building)s?\b.{0,20}",
    r"(?:.{0,30} )?(?:nearest|closest) (?:trade )?union(?: office| hall)?s?(?: to me| here)?\W*",
    r"(?:.{0,30} )?(?:trade )?union (?:office|hall)s? (?:near|close|around|nearby|address).{0,20}",
)
_ASKS = tuple(re.compile(pattern) for pattern in _PATTERNS)

_ANOTHERS = re.compile(
    r"(?:司机|骑手|快递员?|外卖员?|货运|网约车|环卫工?|保洁员?|行业|公司|工厂|厂里|单位|企业|平台"
    r"|日本|美国|外国|国外)的?$"
)
"""Whose union it is where not the union's office is meant: a sector's, an employer's."""


def asks_for_office(folded: str) -> bool:
    """Whether that is what a text asks; it is folded (`nlu.normalise.fold`)."""
    for pattern in _ASKS:
        found = pattern.fullmatch(folded)
        if found is not None:
            whose = found.groupdict().get("whose") or ""
            return _ANOTHERS.search(whose.strip()) is None
    return False

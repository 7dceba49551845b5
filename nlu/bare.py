"""Bare questions after something was spoken of: "多少钱", "附近有吗", "and how long".

They hold no word of their own for a model to read, so a table says what each asks about a matter.
"""

from __future__ import annotations

import re

from nlu.follow import matters

_LEAD = (
    r"(?:那么?|这个?|它|一般|大概|大约|都|得|还|又|要|总共|一共|到底|and|so|ok|then|but|,|，|\s)*"
)
_TAIL = r"(?:呢|呀|啊|吗|嘛|不|没|哦|then|\?|？|。|!|\s)*"


def _bare(words: str) -> re.Pattern[str]:
    return re.compile(f"^{_LEAD}(?:{words}){_TAIL}$")


_COST = _bare(
    r"(?:多少|几多|几个)钱|(?:收费|要钱|花钱|交钱|掏钱|免费|收钱)(?:吗|不|么|的)?|"
    r"(?:收|交|花)(?:多少|几个)钱?|费用(?:多少|是多少|怎么算)?|"
    r"(?:what does|how much does|how much is) (?:it|that|this)(?: cost)?|"
    r"(?:what does it|does it|is it) (?:cost|free)(?: anything| me)?|how much"
)
_LONG = _bare(
    r"(?:等|要|用)?(?:多久|多长时间|多少天|几天|几个月|啥时候|什么时候|等到(?:啥|什么|几)时候)"
    r"(?:能?(?:到账|下来|有结果|批|批下来|有信儿?|有消息))?|"
    r"how long(?: does (?:it|that) take| will (?:it|that) (?:take|be)| is (?:it|that))?"
)
_WHO = _bare(
    r"(?:有)?(?:啥|什么|哪些)(?:条件|要求|门槛)|谁(?:都)?能(?:去|进|用|申请|办)|"
    r"(?:who can|who may)(?: (?:go|use it|apply|get it|get in))?|what are the conditions"
)
_NEAR = _bare(
    r"(?:我)?(?:附近|旁边|边上|跟前|就近)有(?:没有)?|(?:any|is there one) near(?:by| me| here)?"
)

_ASKED: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "join_union": (
        (_COST, "faq:membership-dues"),
        (_WHO, "faq:membership-eligibility"),
    ),
    "enroll_course": ((_COST, "faq:night-school-cost"),),
    "book_counselling": ((_COST, "faq:counselling-cost"),),
    "check_screening": (
        (_COST, "faq:screening-cost"),
        (_WHO, "faq:screening-eligibility"),
    ),
    "apply_hardship": (
        (_WHO, "faq:hardship-criteria"),
        (_LONG, "faq:hardship-timeline"),
    ),
    "find_station": ((_WHO, "faq:station-who-can-use"), (_NEAR, "find_station")),
    "find_childcare": ((_NEAR, "find_childcare"),),
}
"""By the service of a matter: what a bare question asks about it."""

_CLAIM = {"claim_status": "claim_status", "submit_claim": "faq:claim-duration"}
"""How long a claim takes is looked up for one that is on its way, and explained for others."""


def asked_on(folded: str, last: str | None) -> str | None:
    """The route that a bare question means after `last`; None if it is none, or asks elsewhere."""
    if last is None or len(folded) > LONGEST:
        return None
    if _LONG.search(folded) and (last in _CLAIM or last.startswith("faq:claim-")):
        return _CLAIM.get(last, "faq:claim-duration")
    for matter in matters([last]):
        for pattern, route in _ASKED.get(matter.does, ()):
            if pattern.search(folded):
                return route
    return None


LONGEST = 40
"""Characters of a question that can be bare; a longer one names what it asks about."""

"""Personal data in a text replaced by typed marks, so that the text may be kept and shown.

It errs towards a mark: a word too many that is masked costs a reader a guess, one too few costs a
person. What a sentence is about stays: sums, dates, platforms, hotlines, streets without a house.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from nlu import mask_addresses, mask_names
from nlu.normalise import MAX_READ, fold
from nlu.slots.numerals import CHINESE_DIGITS

MARK = re.compile(r"⟨([a-z]+)⟩")
"""How a mark looks, in every language."""

_BLANK = "\ue000"
"""What a found piece is for the rules after it; no text has it, `fold` takes it out."""
_DASHES = frozenset("‐‑‒–—―−")


@dataclass(frozen=True)
class _Rule:
    """A kind of personal data: its mark, its sign in a folded text, and what else must be true.

    Where the sign has a group `it`, only that is masked.
    """

    mark: str
    sign: re.Pattern[str]
    fits: Callable[[re.Match[str]], bool] = lambda _: True


def mask(text: str) -> str:
    """The text with a mark such as `⟨phone⟩` in place of each piece of personal data.

    Signs that can't be seen are left out and spaces evened; the writing stays otherwise. No run of
    six digits or more is left.
    """
    kept, read = _signs(text)
    parts: list[str] = []
    at = 0
    for start, end, mark in _pieces(read):
        parts += [kept[at:start], f"⟨{mark}⟩"]
        at = end
    return "".join([*parts, kept[at:]]).strip()


def kinds(text: str) -> list[str]:
    """The kinds of personal data in a text, marks that stand for some included, each once."""
    found = [mark for _, _, mark in _pieces(_signs(text)[1])]
    return list(dict.fromkeys([*MARK.findall(text), *found]))


def _pieces(read: str) -> list[tuple[int, int, str]]:
    """What is to be masked as (start, end, mark), in order and without overlaps."""
    found: list[tuple[int, int, str]] = []
    for rule in _RULES:
        for match in rule.sign.finditer(read):
            if rule.fits(match):
                start, end = match.span("it" if "it" in rule.sign.groupindex else 0)
                found.append((start, end, rule.mark))
                read = f"{read[:start]}{_BLANK * (end - start)}{read[end:]}"
    return sorted(found)


def _signs(text: str) -> tuple[str, str]:
    """A text as it is kept and, sign by sign, as the rules read it: folded, digits as digits."""
    kept: list[str] = []
    read: list[str] = []
    for char in text[:MAX_READ]:
        form = _form(char)
        if form == " " and read[-1:] in ([], [" "]):
            continue
        read += form
        kept += [char] if len(form) == 1 and form != " " else form
    return "".join(kept), _with_spoken_digits("".join(read))


@lru_cache(maxsize=20_000)
def _form(char: str) -> str:
    if char.isspace():
        return " "
    if char in _DASHES:
        return "-"
    digit = unicodedata.digit(char, None)
    return fold(char) if digit is None else str(digit)


def _with_spoken_digits(read: str) -> str:
    """Runs of digits in words ("幺三九零…") as digits; "周一二三四五" is none."""
    spoken = _SPOKEN.sub(lambda match: match.group().translate(CHINESE_DIGITS), read)
    for match in _WEEKDAYS.finditer(read):
        spoken = spoken[: match.start()] + match.group() + spoken[match.end() :]
    return spoken


_SPOKEN = re.compile(r"[零〇一幺二三四五六七八九][零〇一幺二三四五六七八九\s-]{4,30}")
_WEEKDAYS = re.compile(r"(?:周|星期|礼拜)[一二三四五六]{2,}[日天]?")


def _is_number(match: re.Match[str]) -> bool:
    """Whether two letters and six signs are a number of ours, and no words that look like it."""
    signs = match["signs"].replace(" ", "")
    if not any(char.isdigit() for char in signs):
        return False
    if match["joined"]:
        return True
    # Nothing joins them: only signs that such numbers have, in one piece or as no two words do.
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(signs))
    return not re.search(r"[01ilou]", signs) and (" " not in match["signs"] or changes > 2)


def _rules() -> Iterator[_Rule]:
    end = r"(?![a-z0-9])"
    yield _Rule(
        "email", re.compile(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
    )
    yield _Rule(
        "link",
        re.compile(
            r"(?:https?://|www\.)[!-~]*[a-z0-9/=_&#%-]"
            rf"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|cc|vip|shop){end}"
            r"(?:/[!-~]*[a-z0-9/=_&#%-])?"
        ),
    )
    # A court's: （2026）鲁1002民初1234号.
    court = r"[(\[]?20\d\d[)\]]?[\u3400-\u9fff]\d{2,6}[\u3400-\u9fff]{1,4}\d+号"
    yield _Rule("number", re.compile(court))
    yield _Rule("id", re.compile(r"(?<![a-z0-9])(\d{6}[\s\-]*\d{8}[\s\-]*\d{3}[\dx])(?![a-z0-9])"))
    yield _Rule("card", re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"))
    yield _Rule(
        "phone",
        re.compile(r"(?<!\d)(?:\+?86[\s\-]?|0086[\s\-]?)?(1[3-9]\d(?:[\s\-.]?\d){8})(?!\d)"),
    )
    yield _Rule(
        "phone",
        re.compile(
            r"(?<!\d)(?:0\d{2,3}[ -]?\d{7,8}(?:[ -]\d{1,4})?|[48]00-?\d{3,4}-?\d{3,4})(?!\d)"
            r"|\+\d(?:[ ()-]{0,2}\d){7,14}(?!\d)"
        ),
    )
    provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
    plate = rf"[{provinces}][a-hj-z][·•. -]?(?=[a-z]{{0,3}}\d)[a-hj-np-z0-9]{{5,6}}{end}"
    yield _Rule("plate", re.compile(plate))
    yield _Rule(
        "plate",
        re.compile(
            r"(?:车牌号?码?|牌照|plate(?: number)?)[是为: ]*"
            rf"(?P<it>[\u3400-\u9fff]{{0,2}} ?(?=[a-z]{{0,3}}\d)[a-z0-9]{{4,8}}{end})"
        ),
    )
    account = r"微信|威信|薇信|v信|(?<![a-z])(?:wx|vx|weixin)|(?<=[加我的])v|支付宝|抖音|快手"
    yield _Rule(
        "account",
        re.compile(
            rf"(?:{account})(?:号码?|id|账号)?(?:也是|也?同号|[是为叫加搜:, ])*"
            rf"(?P<it>(?:[a-z][a-z0-9_-]{{4,19}}|\d{{5,12}}){end})"
        ),
    )
    yield _Rule(
        "account", re.compile(rf"(?<![a-z])qq(?:号码?)?[是为加:, ]*(?P<it>\d{{5,12}}){end}")
    )
    # In English "my wechat is broken" is no account: it has a digit or a line in it, or a colon.
    yield _Rule(
        "account",
        re.compile(
            r"\b(?:wechat|whatsapp|telegram)(?: id| number)?(?:(?: is)?: ?|(?: is)? "
            rf"(?=[a-z-]*[\d_]))(?P<it>[a-z][a-z0-9_-]{{4,19}}{end})"
        ),
    )
    yield _Rule(
        "number",
        re.compile(
            r"(?<![a-z0-9])[a-z]{2}(?:(?P<joined> ?[_.:#-]+ ?)| ?)"
            rf"(?P<signs>[0-9a-z]{{6}}|[0-9a-z]{{3}} [0-9a-z]{{3}}){end}"
        ),
        _is_number,
    )
    # What stands beside a number is its query code.
    yield _Rule("code", re.compile(rf"{_BLANK}[ ,.;:和]{{0,3}}(?P<it>\d{{3}}[ -]?\d{{3}})(?!\d)"))
    labels = (
        "工号|会员号|编号|订单号|单号|运单号|案号|流水号|受理号|申请号|学号|保单号|order number"
    )
    yield _Rule(
        "number",
        re.compile(rf"(?:{labels})[是为: ]*(?P<it>(?=[a-z-]*\d)[a-z0-9-]{{3,}}{end})"),
    )
    codes = "查询码|查询号码|取件码|查询密码|密码|口令|验证码|码子?|query code|code|pin"
    yield _Rule(
        "code",
        re.compile(
            rf"(?<![号a-z])(?:{codes})[是为:=,\- ]*(?:is )?"
            r"(?P<it>\d(?:[ -]?\d){3,7})(?!\d)"
        ),
    )
    yield from (_Rule("address", sign) for sign in mask_addresses.SIGNS)
    yield from (_Rule("name", sign, fits) for sign, fits in mask_names.SIGNS)
    tail = r"尾号|[后末]四位|[后末]4位|last (?:four|4)|(?:tel|phone|number|card|id) (?:ends|ending)"
    yield _Rule(
        "digits",
        re.compile(
            rf"(?:{tail})(?: digits)?(?:是|为|[: ]|of|my|id|phone|is|in|with)*(?P<it>\d{{3}}[\dx])"
        ),
    )
    yield _Rule("digits", re.compile(r"\d{6,}"))


_RULES = tuple(_rules())

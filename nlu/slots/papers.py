"""Phone, ID number, number of a claim or application, query code: in any shape they are written."""

from __future__ import annotations

import re

import phonenumbers

_NUMBER = re.compile(
    r"(?<![a-z0-9])([a-z]{2})[\s\-_.:#]*([0-9a-z](?:[\s\-_.]*[0-9a-z]){5})(?![a-z0-9])"
)
ID = re.compile(r"(?<![a-z0-9])(\d{6}[\s\-]*\d{8}[\s\-]*\d{3}[\dx])(?![a-z0-9])")
CODE_WORDS = "查询码|查询号码|取件码|查询密码|密码|口令|验证码|码子?|query code|code|pin"
_CODE_NAMED = re.compile(rf"(?:{CODE_WORDS})(?:是|为|:|=| is|,|-|\s)*((?:\d[\s-]?){{6}})(?!\d)")
_SIX = re.compile(r"(?<![\d.\-a-z])(\d{3}[\s-]?\d{3})(?![\d.\-a-z])")
MOBILE = re.compile(r"(?<!\d)(?:\+?86[\s\-]?|0086[\s\-]?)?(1[3-9]\d(?:[\s\-.]?\d){8})(?!\d)")
_CHINESE_DIGITS = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
_SPOKEN = re.compile(r"[零〇一幺二三四五六七八九][零〇一幺二三四五六七八九\s-]{4,30}")


def spoken_digits(folded: str) -> str:
    """The text with runs of digits in words ("幺三九零…") written as digits."""
    return _SPOKEN.sub(lambda match: match.group().translate(_CHINESE_DIGITS), folded)


def phone(folded: str) -> str | None:
    """A phone number as E.164; Chinese mobile numbers, and foreign ones with a `+`."""
    text = spoken_digits(folded)
    text = ID.sub(" ", text)
    if match := MOBILE.search(text):
        return "+86" + re.sub(r"\D", "", match[1])
    if "+" in text:
        for found in phonenumbers.PhoneNumberMatcher(text, "CN"):
            return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
    return None


def id_number(folded: str) -> str | None:
    """A citizen's ID number of 18 places, upper case; its check digit is the field's business."""
    match = ID.search(folded)
    return re.sub(r"[\s\-]", "", match[1]).upper() if match else None


def number(folded: str) -> str | None:
    """The number of a claim or an application, as on paper: `YT-7K3Q9M`."""
    for match in _NUMBER.finditer(folded):
        body = re.sub(r"[\s\-_.]", "", match[2]).upper()
        # Six letters are a word ("my health"); a number has digits in it.
        if sum(char.isdigit() for char in body) >= 1 and not body.isdigit():
            return f"{match[1].upper()}-{body}"
        if body.isdigit() and re.search(r"[\-_]", match.group()):
            return f"{match[1].upper()}-{body}"
    return None


def query_code(folded: str) -> str | None:
    """The six digits given with a number: named as such, or standing beside a number, or alone."""
    text = spoken_digits(folded)
    if match := _CODE_NAMED.search(text):
        return re.sub(r"\D", "", match[1])
    rest = _NUMBER.sub(" ", MOBILE.sub(" ", ID.sub(" ", text)))
    six = [re.sub(r"\D", "", match[1]) for match in _SIX.finditer(rest)]
    alone = re.fullmatch(r"\D*\d{3}[\s-]?\d{3}\D*", rest) is not None and len(rest) < 14
    if len(six) == 1 and (alone or number(text) is not None):
        return six[0]
    return None

"""Phone, ID number, number of a claim or application, query code: in any shape they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import phonenumbers

from nlu.normalise import fold
from nlu.slots.numerals import CHINESE_DIGITS

_HAN = "零〇一幺二三四五六七八九"
_DICTATED = re.compile(rf"[\d{_HAN}](?:[\s,-]?[\d{_HAN}]){{5,30}}")
LEAST_DICTATED = 4
"""Digits in words that a run must have; fewer may stand beside digits by chance."""

_ENGLISH = "zero one two three four five six seven eight nine".split()
_ENGLISH_DIGITS = {**{word: str(n) for n, word in enumerate(_ENGLISH)}, "oh": "0"}
_DICTATED_ENGLISH = re.compile(
    rf"\b(?:(?:{'|'.join(_ENGLISH_DIGITS)})[\s,-]+){{3,20}}(?:{'|'.join(_ENGLISH_DIGITS)})\b"
)
_LETTER_BY_LETTER = re.compile(r"(?<![a-z0-9])[a-z](?: [a-z0-9]){7}(?![a-z0-9])")

# Numbers have no sign that is read as another one (0, 1, I, L, O).
_SIGN = "[2-9a-hj-km-np-z二三四五六七八九]"
_NUMBER = re.compile(
    rf"(?<![a-z0-9])([a-z]{{2}})([\s\-_.:,#—–]*)({_SIGN}(?:[\s\-_.—–]?{_SIGN}){{5}})"
    r"(?=[\s\-_/]*\d{6}(?!\d)|[^a-z0-9]|$)"
)
_SMALL_WORDS = frozenset(
    "am an as at be by do go he hi id if in is it me my no of oh ok on or pm so to up us we".split()
)
_WORD = re.compile(r"(?<![a-z0-9])(?=[a-z]*[aeuy])[a-z]{3,}(?![a-z0-9])")
"""A group of letters that can be spoken, which those of a number seldom can."""

_RUN = re.compile(r"\d(?:[\s\-.,/—–]{0,2}\d)*(?:[\s\-.,/]?[x×](?![a-z]))?")
_STRETCH = re.compile(r"[^,/]+")
_PART = re.compile(r"[\dx×]+")
_MOBILE = re.compile(r"(?:00)?(?:86)?(1[3-9]\d{9})")
_ID = re.compile(r"\d{17}[\dx]")
_ID_NAMED = re.compile(r"身份证|证件|sfz|\bid\b")
_FOREIGN = re.compile(r"\+\s?\d(?:[\s\-()]{0,2}\d){6,16}")
MOBILE_PLACES = 11
_PLACES = {6, MOBILE_PLACES, MOBILE_PLACES + 2, MOBILE_PLACES + 4, 18}
"""How many digits a code, a mobile (also with 86 or 0086) and an ID number have."""

_CODE_NAMED = re.compile(
    r"(?:(?<![编号])码子?|密码|查询号码|口令|code|pin|password)(?:是|为|就|我的|:|=| is|[\s,-])*$"
)
_NOT_BESIDE = re.compile(r"[a-z\u3400-\u9fff\d]\s?$")
_MONEY_AFTER = re.compile(r"\s?(?:块|元|圆|万|yuan|rmb|kuai)")
_FILLER = re.compile(
    r"(?:[我的是就这个查询码号一下喏嗯哦给你呢吧啊了谢帮看\W_]|"
    r"\b(?:it|is|it's|my|the|here|code|query|thanks?|please|pls)\b)*"
)
_FOUR = rf"([\d{_HAN}](?: ?[\d{_HAN}]){{2}} ?[\d{_HAN}x×])(?![\d{_HAN}])"
_LAST_FOUR = re.compile(
    r"(?:[后末尾][四4][位个]|尾[号数]|\blast (?:four|4)(?: digits)?|\bending(?: in| with)?"
    r"|(?:id|tel|phone) ends?(?: in| with)?)"
    rf"(?:是|为|:|=| is| are|\s)*{_FOUR}"
)
_ONLY_FOUR = re.compile(rf"是?{_FOUR}[.。!]?")

Kind = Literal["id_number", "phone", "code"]


@dataclass(frozen=True)
class Papers:
    """What a text names of them, and what is left of it: as long, with blanks in their place."""

    phone: str | None
    id_number: str | None
    number: str | None
    query_code: str | None
    rest: str


@dataclass(frozen=True)
class _Piece:
    """Digits that make one paper's number, and where they stand."""

    kind: Kind
    digits: str
    start: int
    end: int


def read(folded: str) -> Papers:
    """The papers' numbers of a folded text.

    The phone is E.164 (a Chinese mobile, or a foreign number with a `+`), the ID number has 18
    places (its check digit is the field's business), the number is as on paper: `YT-7K3Q9M`.
    """
    text = _in_digits(folded)
    number = next((match for match in _NUMBER.finditer(text) if _is_number(match)), None)
    rest = _blanked(text, [number] if number else [])
    foreign = next((match for match in _FOREIGN.finditer(rest) if _e164(match[0])), None)
    rest = _blanked(rest, [foreign] if foreign else [])
    pieces = list(_pieces(rest))
    code = _code(rest, number is not None, [piece for piece in pieces if piece.kind == "code"])
    known = [piece for piece in pieces if piece.kind != "code" or piece is code]
    phone = next((f"+86{piece.digits}" for piece in pieces if piece.kind == "phone"), None)
    return Papers(
        phone=_e164(foreign[0]) if foreign else phone,
        id_number=next((p.digits.upper() for p in pieces if p.kind == "id_number"), None),
        number=f"{number[1]}-{_body(number)}".upper() if number else None,
        query_code=code.digits if code else None,
        rest=_blanked(folded, [*filter(None, (number, foreign)), *known]),
    )


def last_four(text: str) -> str | None:
    """The last four places of an ID number or a phone, named ("后四位是零一二X") or alone."""
    folded = _DICTATED_ENGLISH.sub(_english_digits, fold(text))
    match = _LAST_FOUR.search(folded) or _ONLY_FOUR.fullmatch(folded.strip())
    if match is None:
        return None
    return match[1].replace(" ", "").translate(CHINESE_DIGITS).replace("×", "x").upper()


def _in_digits(folded: str) -> str:
    """The text, as long as it was, with digits that were dictated ("幺三九零…") as digits."""
    text = _DICTATED.sub(_chinese_digits, folded)
    text = _DICTATED_ENGLISH.sub(_english_digits, text)
    return _LETTER_BY_LETTER.sub(lambda match: _padded(match[0].replace(" ", ""), match), text)


def _chinese_digits(match: re.Match[str]) -> str:
    dictated = sum(char in _HAN for char in match[0])
    return match[0].translate(CHINESE_DIGITS) if dictated >= LEAST_DICTATED else match[0]


def _english_digits(match: re.Match[str]) -> str:
    words = re.findall("[a-z]+", match[0])
    return _padded("".join(_ENGLISH_DIGITS[word] for word in words), match)


def _padded(written: str, match: re.Match[str]) -> str:
    return written.ljust(match.end() - match.start())


def _is_number(match: re.Match[str]) -> bool:
    """Whether it isn't words or a bare figure: "in 3 weeks", "id 482913"."""
    body, gap, broken = _body(match), match[2], " " in match[3]
    if body.isalpha() or (broken and _WORD.search(match[3])):
        return False
    if broken and not gap and body[0].isalpha():
        return False  # "cost me 3k"
    if match[1] in _SMALL_WORDS and (body.isdigit() or broken or gap.isspace()):
        return False
    return not body.isdigit() or bool(gap.strip(" ,"))


def _body(match: re.Match[str]) -> str:
    return re.sub(r"[\s\-_.—–]", "", match[3]).translate(CHINESE_DIGITS)


def _pieces(text: str) -> Iterator[_Piece]:
    """What the runs of digits are: as a whole, between commas, or some of their parts."""
    named = _ID_NAMED.search(text) is not None
    for run in _RUN.finditer(text):
        whole = list(_PART.finditer(text, *run.span()))
        if _kind(_joined(whole), named) is not None:
            yield from _parted(whole, named)
            continue
        for stretch in _STRETCH.finditer(text, *run.span()):
            yield from _parted(list(_PART.finditer(text, *stretch.span())), named)


def _parted(parts: Sequence[re.Match[str]], named: bool) -> Iterator[_Piece]:
    """Of digits with spaces between, those that make one number; what is left over belongs to none.

    "1390 0000 001" within the groups of a bank card is no phone.
    """
    groups: list[tuple[int, int, Kind | None]] = []
    first = 0
    while first < len(parts):
        last, kind = _longest(parts, first, named)
        groups.append((first, last, kind))
        first = last + 1
    complete = all(kind is not None for _, _, kind in groups)
    for first, last, kind in groups:
        if kind is not None and (complete or first == last):
            digits = _joined(parts[first : last + 1])
            digits = digits[-MOBILE_PLACES:] if kind == "phone" else digits
            yield _Piece(kind, digits, parts[first].start(), parts[last].end())


def _longest(parts: Sequence[re.Match[str]], first: int, named: bool) -> tuple[int, Kind | None]:
    """The last of the parts that make one number with the first, and what it is."""
    best: tuple[int, Kind | None] = (first, None)
    digits = ""
    for last in range(first, len(parts)):
        digits += _joined(parts[last : last + 1])
        if len(digits) > max(_PLACES):
            break
        kind = _kind(digits, named)
        # Six digits are many a thing's piece: they count alone or as all that is there.
        if kind != "code" or first == last or last - first == len(parts) - 1:
            best = (last, kind) if kind is not None else best
    return best


def _joined(parts: Sequence[re.Match[str]]) -> str:
    return "".join(part[0] for part in parts).replace("×", "x")


def _kind(digits: str, named: bool) -> Kind | None:
    if len(digits) not in _PLACES:
        return None
    if _MOBILE.fullmatch(digits):
        return "phone"
    if _ID.fullmatch(digits):
        return "id_number" if named or _is_day(digits[6:14]) else None
    return "code" if len(digits) == 6 and digits.isdigit() else None


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _code(text: str, beside_number: bool, found: list[_Piece]) -> _Piece | None:
    """Of six digits in a text (without the number they may stand beside) the query code."""
    for piece in found:
        if _CODE_NAMED.search(text[max(0, piece.start - 20) : piece.start]):
            return piece
    if len(found) != 1:
        return None
    before, after = text[: found[0].start], text[found[0].end :]
    if beside_number:
        fits = not _NOT_BESIDE.search(before[-2:]) and not _MONEY_AFTER.match(after)
    else:
        fits = bool(_FILLER.fullmatch(before) and _FILLER.fullmatch(after))
    return found[0] if fits else None


def _e164(written: str) -> str | None:
    try:
        found = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(found)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164) if valid else None


def _blanked(text: str, found: Sequence[re.Match[str] | _Piece]) -> str:
    for one in found:
        start, end = (one.start, one.end) if isinstance(one, _Piece) else one.span()
        text = text[:start] + " " * (end - start) + text[end:]
    return text

"""Fields that say who somebody is: phone, identity number, name."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import phonenumbers

from actions.choices import NO, ORDINAL, YES
from actions.content import Ask, Contact
from actions.fields import LATER_WORDS, Given, Heard, Plain
from nlu.slots.names import is_name

if TYPE_CHECKING:
    from actions.turn import Turn

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
"""GB 11643-1999: the weighted sum modulo 11 picks the check digit."""


PUT_RIGHT = re.compile(
    r"\d{7,}\D{0,6}(?:不对|不對|错了|錯了|写错|打错|wrong|no wait|sorry)\D{0,12}\d{1,4}\D*$",
    re.IGNORECASE,
)
"""A number of which the last digits are put right in the same line: the whole is asked for."""


class Phone(Plain):
    """A Chinese mobile number, kept as E.164. Telegram's own contact is sure."""

    slot = "phone"
    ask: Ask | None = "contact"

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Contact):
            if not given.content.own:
                return Heard("no", complaint="field.phone.not_own")
            number = parse_phone(given.content.phone)
            return Heard("sure", number) if number else Heard("no", complaint="field.phone.bad")
        if PUT_RIGHT.search(given.text):
            return Heard("no", complaint="field.phone.whole")
        found = given.slots.get("phone")
        if found:
            return Heard("sure", found)
        number = parse_phone(given.text)
        if number:
            return Heard("sure", number)
        digits = re.sub(r"\D", "", given.text)
        if 5 <= len(digits) <= 15:
            return Heard("no", complaint="field.phone.length")
        return Heard("no", complaint="field.phone.bad")


def parse_phone(text: str) -> str | None:
    """E.164 of a mobile number in China, or None."""
    cleaned = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", text))
    try:
        number = phonenumbers.parse(cleaned, "CN")
    except phonenumbers.NumberParseException:
        return None
    mobile = re.fullmatch(r"1[3-9]\d{9}", str(number.national_number))
    if number.country_code != 86 or not mobile:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class IdNumber(Plain):
    """A resident identity number: 18 places, a date of birth, a check digit (GB 11643-1999)."""

    slot = "id_number"

    def read(self, given: Given, turn: Turn) -> Heard:
        found = given.slots.get("id_number")
        text = re.sub(r"[\s\-]", "", found or given.text).upper()
        if valid_id_number(text):
            return Heard("sure", text)
        if re.fullmatch(r"\d{15}", text):
            return Heard("no", complaint="field.id_number.old")
        if re.fullmatch(r"[\dX]{17,19}", text):
            length = len(text) == 18
            return Heard("no", complaint=f"field.id_number.{'check' if length else 'length'}")
        return Heard("no", complaint="field.id_number.bad")


def valid_id_number(text: str) -> bool:
    """Length, date and check digit. The region's code isn't looked at."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, ID_WEIGHTS, strict=False))
    return ID_CHECK[total % 11] == text[17]


NAME = re.compile(
    r"(?P<said>我?的?(?:名字|姓名)(?:叫|是|[:： ])?|我?叫|(?:my )?name(?: is|'s|:))?"
    r"(?:我是|本人|i am|i'm)?\s*(?P<name>.+)",
    re.IGNORECASE,
)
SLIP = re.compile(
    r"^.{1,12}?[,，。 ]*(?:不对|不是|[打写说]?错了)[,，。! ]*(?:应该)?(?:是|叫)(?=.{2})"
)
"""A name and that it was wrong, before the right one: "李四 不对 是李世"."""

NO_NAME = re.compile(
    r"什么名字?|啥名?字?|稍等|等等|谢谢|thanks?|thank you|wait|(?:i )?don'?t know", re.IGNORECASE
)

NO_PART = re.compile(
    r"几|哪|啥|什么|怎|咋|多少|[吗呢吧么]$|^[换改退排]|取消|退出|排队|候补|报名|确认|提交|继续|下一步"
    r"|第[一二三四五]|[这那]个|课|线上|免费|[明今]天|不[要想用是对]|[不唔冇]同意|同意|[不唔]肯|算了|算啦|拉倒|刚才|说过"
    r"|太贵|贵了|好贵|^(?:我|俺|免贵)?姓.$"
)
"""What stands in no name: a question, or a word that steers."""

NO_LATIN_PART = re.compile(
    r"\b(?:zen ?me|zen ?yang|shen ?me|duo ?shao|neng ?bu ?neng|you ?mei ?you|wo ?(?:yao|xiang)"
    r"|ji ?dian|how|what|where|when|why|much)\b",
    re.IGNORECASE,
)
"""The same in Latin letters, pinyin too; what may be a name ("na li", "ma") isn't among them."""

GAP = re.compile(r"(?<=^[一-鿿])\s+(?=[一-鿿]{1,3}$)|(?<=^[一-鿿]{2})\s+(?=[一-鿿]{1,2}$)")
"""Between family name and given name, as many type them: "林 晓"."""


class Name(Plain):
    """A person's name: two to eight Chinese characters, or Latin words; also within a sentence."""

    slot: str | None = "name"

    def read(self, given: Given, turn: Turn) -> Heard:
        said = given.slots.get("name")
        heard = self._read(str(said)) if said else Heard("no")
        if heard.certainty != "no":
            return Heard("sure", heard.value)
        return self._read(given.text)

    def _read(self, text: str) -> Heard:
        text = SLIP.sub("", text.strip("。.!！ "))
        found = NAME.fullmatch(text)
        name = GAP.sub("", found.group("name").strip()) if found else ""
        chinese = re.fullmatch(r"[一-鿿·]{2,4}|(?=.*·)[一-鿿·]{5,15}", name)
        latin = re.fullmatch(r"[A-Za-z][A-Za-z .'\-]{1,40}", name) and name.count(" ") <= 3
        other = any(words.match(name) for words in (YES, NO, LATER_WORDS, ORDINAL))
        other = other or any(part.search(name) for part in (NO_PART, NO_LATIN_PART))
        if found and (chinese or latin) and not (other or NO_NAME.fullmatch(name)):
            # "my name is …" can be nothing else, nor can a family name with a given one.
            sure = found.group("said") or is_name(name)
            return Heard("sure" if sure else "possible", name)
        return Heard("no", complaint="field.name.bad")

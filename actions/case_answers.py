"""Kinds of answers that the questions of cases are made of: the questions themselves are data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.choices import Pick
from actions.content import Ask, Text
from actions.fields import Amount, Field, FreeText, Given, Heard, Later, PhotoField
from actions.identity import Name, Phone
from actions.workplace import WISH
from knowledge.content_cases import CaseAnswer, CaseKindEntry, CaseQuestion, said_in
from nlu.slots.numerals import small

if TYPE_CHECKING:
    from actions.turn import Turn

TELLING = 6
"""Characters from which words that ask for nothing are taken as the account that was asked for."""

MOST = 9_999

_COUNT = re.compile(
    r"(?<![0-9a-z\-.])(\d{1,5})(?![0-9.\-]|[a-z]\d)"
    r"|(?!一[共家起直下点样些般定边])([一二两俩三仨四五六七八九十百千万亿]+)"
)
"""Digits that stand for themselves: those of a case's number or a phone's count nobody."""

_YEARS = re.compile(
    r"(?<![\d第])(?:(?P<years>\d|[一两二三四五])年(?P<half>半)?|半年)(?![级前后])"
    r"|(?P<one>\ba year\b)|\bhalf a year\b"
)

_OTHER = (
    r"\s*(?:块|元|分|秒|岁|米|万|千|百|毛|[wk%]|天|日|年|号|点|小时|公里|单"
    r"|yuan|minutes?|days?|years?|hours?"
)
_OTHER_THAN = {
    "months": re.compile(_OTHER + r"|[个口位名]?人|兄弟|工友|people|riders)"),
    "people": re.compile(_OTHER + r"|个?月|months?)"),
}
"""What follows a number that counts something else than what is asked for."""

_ALONE = re.compile(
    r"^(?:没(?:有)?(?:别|其他|其它|旁)的?人[,，。 ]*)?(?:就|只|只有|仅|单)*"
    r"(?:我?(?:自己|本人|自个儿?)(?:一个)?(?:人)?|我一个(?:人)?)[。.!！吧啊呀 ]*$"
    r"|^(?:没(?:有)?(?:别|其他|其它|旁)的?人[,，。 ]*)?(?:就|只有|只)我(?:自己)?[。.!！吧啊呀 ]*$"
    r"|^(?:(?:it'?s )?(?:just|only) )?(?:me|myself)[.! ]*$"
)


_ONLY_A_WISH = re.compile(
    r"[操草艹肏]|[你他她]?妈[的个]?|[卧我]槽|你好|您好|不对|不是|等等|等一?下|稍等|谢谢|多谢|感谢|请问?|麻烦|我们?|咱们?|俺|[您你]们?|需要|想要?|要|能不能|可不可以|可以|能|给我?|帮我?个?忙?"
    r"|帮助|求助|申请|申报|办理?|登记|报名?|预约|咨询|一[下个]|这个|困难|帮扶|救助|补助|补贴|慰问金?|项目"
    r"|工会|讨薪|维权|投诉|举报|反映|上报|报告|报修|随手拍|隐患|纠纷|争议|理赔|问题|事情?|怎么|弄|搞|[的了吗呢吧啊呀个下]"
    r"|\b(?:hi|hello|no|wait|hold|on|sorry|please|thanks?|i'?d?|we|you|want|would|like|need|to|can|could|get|apply|applying|make|file"
    r"|report|ask|for|a|an|the|my|some|me|hardship|aid|help|support|union|dispute|complaint|claim"
    r"|problem|case|application)\b"
)
"""What a sentence consists of that only says what its writer wants of the union."""

_HAPPENED = re.compile(
    r"[欠拖扣压].{0,8}(?:工资|工钱|薪|钱|月|押金)|[没不][发给结][^,.]{0,4}(?:工资|工钱|薪|钱)|工资|工钱|讨薪|欠薪"
    r"|^(?:他们?|就|就是|反正|老是?|一直|都|还是?|也)*[不没](?:给)?[发给结]|一分(?:钱)?(?:都|也)?[没不]"
    r"|^(?:大概|大约|差不多|总共|一共|就)?(?:扣|罚|少|欠|差)[了咗我]|[\d一二两三四五六七八九十百千万萬]+(?:多)?(?:块|元|蚊|万)"
    r"|(?:老板|站长|经理|公司|平台|他们?)(?:说|讲|话|不|没)"
    r"|辞退|开除|受了?伤|摔|不让|押金"
    r"|\b(?:owes?|owed|unpaid|paid|pay|wages?|salary|withh\w+|deducted|fired|sacked|injured)\b"
)
"""What a firm does and isn't called."""

_FIRM = re.compile(
    r"公司|平台|站点|集团|有限|物流|快递|速运|速递|快运|货运|运输|出行|外卖|劳务|中介|工地|项目部|老板|包工头|工头|家政|保洁|物业"
    r"|[超商]市|酒店|餐厅|饭店|[^\W\d_]厂|\b(?:inc|ltd|co|company|corp|boss|agency|restaurant|factory|logistics|express)\b",
    re.IGNORECASE,
)
"""What a firm or a boss is called by."""


def only_wishes(text: str) -> bool:
    """Whether a text only says that its writer wants something, and nothing of what it is about."""
    if re.search(r"\d{5,}", text):
        return False  # a number is what it is about
    return len(re.findall(r"[^\W\d_]", _ONLY_A_WISH.sub(" ", text.casefold()))) <= 1


def tells(text: str) -> bool:
    """Whether a text tells what somebody has done, so that it is hardly somebody's name."""
    return bool(_HAPPENED.search(text.casefold()))


_OWED = re.compile(
    r"工资|工钱|讨薪|欠|拖[了着欠]?|[没不]给?[发结付]|[没不]给钱|结账|结款|运费|货款|血汗|人[走跑]了"
    r"|\b(?:wages?|salary|owes?|owed|unpaid|not paid|pay (?:me|us)|paid)\b"
)
_OTHERWISE = re.compile(
    r"罚|扣[了我钱分]|封[号了我]|差评|辞退|开除|炒了|合同|社保|受伤|摔|撞|骂|打[了我人]|押金|请假|加班"
    r"|\b(?:fined?|deduct\w*|banned|blocked|fired|sacked|contract|injured|fell|deposit)\b"
)


def may_be_owed(account: str) -> bool:
    """Whether wages may be owed: as an account says, or where it speaks of nothing else."""
    folded = account.casefold()
    return bool(_OWED.search(folded)) or not _OTHERWISE.search(folded)


def concerning(kind: CaseKindEntry, account: str, details: Mapping[str, Any]) -> CaseKindEntry:
    """The kind with what is to be asked after this account and these answers."""
    owed, before = may_be_owed(account), None
    fitting: list[CaseQuestion] = []
    for question in kind.questions:
        needed = owed or not question.wages
        if needed and not (before is not None and before.alone):
            fitting.append(question)
        before = chosen(question, details)
    return kind.model_copy(update={"questions": tuple(fitting)})


def chosen(question: CaseQuestion, details: Mapping[str, Any]) -> CaseAnswer | None:
    """Which of its answers a question was given."""
    given = details.get(question.code)
    return next((one for one in question.answers if one.code == given), None)


@dataclass(frozen=True)
class Account(FreeText):
    """The rider's own words. A longer account is sure, unless it reads like another wish.

    With `where` it is asked for a place, so that a place's name is an answer, too.
    """

    where: bool = False

    def read(self, given: Given, turn: Turn) -> Heard:
        said = given.slots.get(self.slot) if self.slot else None
        if not given.text and said:
            return Heard("sure", str(said)[: self.longest])
        if given.text and only_wishes(given.text):
            return Heard("no", complaint="case.tell")
        heard = super().read(given, turn)
        named = self.where and (given.slots.get("place") or given.slots.get("region"))
        if heard.certainty == "possible" and (named or len(given.text) >= TELLING):
            return heard if WISH.search(given.text) else Heard("sure", heard.value)
        return heard


ASKS = re.compile(
    r"谁|什么|啥|怎么|咋|哪[个里儿家]|[吗嘛][?？!！。 ]*$|[?？]|\b(?:who|what|how|why|where)\b",
    re.IGNORECASE,
)
"""What asks, and so is nobody's name."""

_TIME = re.compile(
    r"[周週]|星期|礼拜|禮拜|工作日|平时|平日|早|上午|中午|下午|傍晚|晚|夜|白天|随时|隨時|都行|都可以|任何|任意|哪天都|有空|空闲"
    r"|下班|收工"
    r"|[今明后後][天日]|\d|[一二三四五六七八九十]+[点點号號日月]|月|节|过年"
    r"|\b(?:morning|noon|afternoon|evening|night|weekday|weekend|week|today"
    r"|tomorrow|any ?time|always|after"
    r"|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)(?:days?|s)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When(Account):
    """A time in the rider's words; what has none of its words is asked about once."""

    def read(self, given: Given, turn: Turn) -> Heard:
        if given.text and not tells_time(given.text) and not turn.form.misses:
            return Heard("no", complaint="case.when_bad")
        return super().read(given, turn)


def tells_time(text: str) -> bool:
    """Whether a text tells when, and isn't a phone number."""
    return bool(_TIME.search(re.sub(r"\d{7,}", "", text)))


@dataclass(frozen=True)
class Employer(Account):
    """What somebody is called. A sentence is asked about once; then it is what they call it.

    However long it is, it is sure only where it reads like a firm: it may be another wish.
    """

    def read(self, given: Given, turn: Turn) -> Heard:
        named = str(given.slots.get("platform") or "")
        if named and (tells(given.text) or len(given.text) <= len(named) + 2):
            return Heard("sure", named)  # alone, or beside what has happened
        if ASKS.search(given.text):
            return Heard("no", complaint="case.only_name")
        sentence = tells(given.text) or bool(WISH.search(given.text))
        if given.text and sentence and not turn.form.misses:
            return Heard("no", complaint="case.only_name")
        heard = super().read(given, turn)
        if given.text and heard.certainty == "sure" and not _FIRM.search(given.text):
            return Heard("possible", heard.value)
        return heard


@dataclass(frozen=True)
class Count:
    """A whole number of people or months, `most` at most."""

    slot: str | None = None
    most: int = MOST
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def read(self, given: Given, turn: Turn) -> Heard:
        said = given.slots.get(self.slot) if self.slot else None
        if isinstance(said, int) and 0 < said <= self.most:
            return Heard("sure", said)
        text = given.text.casefold()
        if _ALONE.match(text):
            alone = self.slot == "people"
            return Heard("sure", 1) if alone else Heard("no", complaint="case.count_bad")
        if self.slot == "months" and (span := _YEARS.search(text)):
            years = 1 if span["one"] else small(span["years"] or "零") or 0
            return Heard("sure", years * 12 + (6 if span["half"] or not years else 0))
        others = _OTHER_THAN["months" if self.slot == "months" else "people"]
        found = [one for one in _COUNT.finditer(text) if not others.match(text, one.end())]
        number = small(found[0][1] or found[0][2]) if found else small(text)
        if number is not None and 0 < number <= self.most:
            return Heard("sure", number)
        return Heard("no", complaint="case.count_bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, int | str)


@dataclass(frozen=True)
class OneOf:
    """One of the answers that a question has in the data: by button, in words, by its ordinal."""

    answers: Sequence[CaseAnswer]
    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(one.code, said_in(one.name, turn.language)) for one in self.answers]

    def read(self, given: Given, turn: Turn) -> Heard:
        said = given.slots.get(self.slot) if self.slot else None
        if said in [one.code for one in self.answers]:
            return Heard("sure", said)
        text = given.text.casefold()
        hits = [
            one.code
            for one in self.answers
            if any(name.casefold() in text for name in (one.name.zh, one.name.en))
        ]
        if len(hits) == 1:
            return Heard("sure", hits[0])
        return Pick(self.options(turn)).read(given, turn)

    def check(self, value: Any, turn: Turn) -> bool:
        return value in [one.code for one in self.answers]


def field_of(question: CaseQuestion, *, where: bool = False) -> Field:
    """How the answer to a question is read; `where`: it was asked for a place."""
    slot = question.slot
    fields: dict[str, Any] = {
        "text": Employer(slot=slot) if question.employer else Account(slot=slot, where=where),
        "time": When(slot=slot),
        "amount": Amount(),
        "count": Count(slot=slot, most=question.most or MOST),
        "phone": Phone(),
        "choice": OneOf(question.answers, slot=slot),
        "photo": PhotoField(),
        "name": Name(),
    }
    field: Field = fields[question.type]
    return Later(field) if question.optional else field


def told_by(question: CaseQuestion, content: Any) -> str | None:
    """What the rider's first sentence answers of a question, if it says enough."""
    if not question.from_wish or not isinstance(content, Text):
        return None
    text = content.text.strip()
    if only_wishes(text):
        return None
    enough = 25 if text.isascii() else 12
    return text[: FreeText().longest] if len(text) >= enough else None

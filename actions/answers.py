"""The answers of a form so far, and how what came is heard as one.

A sure answer wins, then leaving and another clear wish, then a possible answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.choices import YesNo, ordinal
from actions.content import Photo, Press, Text
from actions.fields import LATER, Field, Given, Heard
from actions.signals import Again, Elsewhere, Left
from actions.state import Question

if TYPE_CHECKING:
    from actions.turn import Turn

BACK_WORDS = re.compile(
    r"^((?:返回|退回|回到?|退到)?上一[步题題个個]|返回|后退|後退|退回去?|往回退"
    r"|go back|back|previous)(吧|一下)?[。.!！~ ]*$",
    re.IGNORECASE,
)
"""Back to the question before; at the first question there is nothing but to leave."""

CORRECTION = re.compile(
    r"不对|不對|不是|错了|錯了|填错|写错|打错|改成|改为|改一下|换成|換成|更正|应该是"
    r"|wrong|change|correct|should be|i mean|actually",
    re.IGNORECASE,
)


POINTS_BACK = re.compile(
    r"^(?:(?:no|nope|wait|hold on|sorry|oops|actually|i meant?|rather|make it"
    r"|不是|不对|不對|不(?=[,，。 ])|等等|等一?下|啊不|哦不|错了|錯了"
    r"|还是|還是|应该是|改成|换成|換成|我(?:是说|说的是))"
    r"(?:[,，.。!！、 ]+|$|(?<=[一-鿿])))+(?P<which>.+)$",
    re.IGNORECASE,
)
"""A word that takes something back, and what is meant instead: "no wait, the first"."""

_ONE = re.compile(r"(?<=\w) (?:one|course|class|option)$", re.IGNORECASE)


def typed_label(given: Given, options: Sequence[tuple[Any, str]]) -> Any:
    """The value of the button whose words were typed instead of pressed; part of them will do."""
    if not isinstance(given.content, Text):
        return None
    typed = given.text.casefold().strip("。.!！?？~ ")
    if not typed:
        return None
    for value, label in options:
        if label.casefold() == typed:
            return value
    within = [value for value, label in options if len(typed) >= 3 and typed in label.casefold()]
    return within[0] if len(within) == 1 else None


_FILLING = frozenset("确认定对好是嗯行吧了的呢啊呀哈就都全部给我帮把掉除它,，.。!！~ ")
_FILLING_WORDS = frozenset(
    "yes yeah ok okay please it them all now do just so go ahead and".split()
)
_DENIES = re.compile(r"[不别没未莫勿唔冇]|\b(?:no|not|don'?t|never)\b", re.IGNORECASE)
_ACTS = re.compile(
    r"退|取消|删|撤|交|办|清|抹|注销|确|改|报|走"
    r"|\b(?:cancel|delete|erase|submit|send|hand|leave|drop|withdraw|remove|quit|sign)\b",
    re.IGNORECASE,
)
"""What a button does: its object alone ("我的课") agrees to nothing."""

AGREES_SHORTLY = 24
"""Characters of a line that does no more than repeat what its button does."""


def repeats(text: str, label: str) -> bool:
    """Whether a short line says what a button does ("退了吧" for 确定退课), and no more."""
    said, does = text.casefold().strip(), label.casefold()
    if not said or len(said) > AGREES_SHORTLY or _DENIES.search(said) or not _ACTS.search(said):
        return False
    if said.isascii():
        words = set(re.findall(r"[a-z']+", said)) - _FILLING_WORDS
        return bool(words) and words <= set(re.findall(r"[a-z']+", does))
    signs = set(said) - _FILLING
    return bool(signs) and signs <= set(does)


_CALLED = {
    "name": r"名字|姓名|name",
    "phone": r"手机号?码?|电话号?码?|号码|phone(?: number)?|number",
    "workplace": r"地址|地点|位置|地方|干活的地方|address|place|location",
    "employer": r"单位|公司|平台|firm|employer|company",
    "id_number": r"身份证号?码?|id(?: number)?",
    "sector": r"行业|工种|职业|trade|line of work",
    "course": r"课程?|course|class",
}
"""What the lines of a summary are called by those who want them changed."""

_WRONG = re.compile(
    r"^(?:这个?|有|写|填|都)?(?:不对|不對|错了?|錯了?|有误)(?:了|的|啊|呀|吧)?[。.!！~ ]*$"
    r"|^(?:that'?s |it'?s |this is )?(?:wrong|not right|incorrect)[.! ]*$",
    re.IGNORECASE,
)
"""Something in a summary isn't right, and nobody says what."""


def _names_change(text: str, options: Sequence[tuple[Any, str]]) -> str | None:
    """The change that a line asks for: by its button ("改姓名 李思"), by name ("地址写错了")."""
    said = text.casefold()
    changes = [(str(v), label.casefold()) for v, label in options if str(v).startswith("change:")]
    meant = [value for value, label in changes if said.startswith(label)]
    meant = meant or [value for value, label in changes if _wants_changed(said, value, label)]
    return meant[0] if len(meant) == 1 else None


def _wants_changed(said: str, value: str, label: str) -> bool:
    called = _CALLED.get(value.removeprefix("change:")) or re.escape(label.removeprefix("改"))
    return bool(
        re.search(
            rf"^(?:我?要|想|请|麻烦|帮我|我)*(?:把)?(?:改|换|修改|更正|change|edit|fix|correct)"
            rf"(?:一?下|改| the| my)*\s*(?:我的?)?(?:{called})[。.!！吧 ]*$"
            rf"|^(?:我的?|my |the )?(?:{called})\s*(?:是|is )?(?:写|填|输|打|搞|弄)?"
            rf"(?:错|不对|要改|得改|改一?下|wrong|incorrect)了?[。.!！吧 ]*$",
            said,
        )
    )


@dataclass(frozen=True)
class Rival:
    """What else the message may be than an answer to the open question."""

    route: str | None = None
    strength: str = "none"
    leaving: bool = False


class Answers:
    """The answers of one run of an action, with the one that the message may bring."""

    def __init__(self, turn: Turn, given: Given | None, rival: Rival | None) -> None:
        self._turn = turn
        self._form = turn.form
        self._given = given
        self._rival = rival or Rival()
        self._asked: dict[str, Field] = {}

    def find(self, name: str, field: Field) -> Any:
        """The answer by this name: known already, or in what came; None if it has to be asked for.

        Raises:
            Again: earlier answers were taken back or changed.
            Left: the rider wants to leave the form.
            Elsewhere: the message is another wish.
        """
        known = self._known(name, field)
        if known is not None:
            self._asked[name] = field
            return known[0]
        given = self._take(name)
        if given is None:
            return None
        heard = self._hear(name, field, given)
        if heard is not None:
            self._asked[name] = field
        return heard

    def decide(self, name: str, options: Sequence[tuple[Any, str]]) -> bool | None:
        """Whether what came agrees to a summary; None if it has to be shown (again).

        Raises:
            Again, Left, Elsewhere: as in `find`.
        """
        question = self._form.question
        given = self._take(name)
        if given is None or question is None:
            return None
        chosen = self._pressed(given, question)
        if chosen is None:
            chosen = typed_label(given, options)
        if chosen is None:
            chosen = _names_change(given.text, options)
        changes = any(str(value).startswith("change:") for value, _ in options)
        wrong = chosen is None and changes and _WRONG.match(given.text) is not None
        if chosen is None and not wrong:
            heard = YesNo().read(given, self._turn)
            chosen = heard.value if heard.certainty == "sure" else None
        if chosen is None and any(v is True and repeats(given.text, told) for v, told in options):
            chosen = True
        if isinstance(chosen, str) and chosen.startswith("change:"):
            self.drop(chosen.removeprefix("change:"))
            raise Again(chosen.removeprefix("change:"), "", {})
        if chosen is None:
            self._go_back(given)
            if self._points_back(given) or self._correct(given):
                raise Again("", "field.corrected", {})
            if self._rival.leaving:
                raise Left
            if self._rival.strength != "none":
                raise Elsewhere
            self._complain("field.confirm.which" if wrong else "field.confirm.bad")
        agreed: bool | None = chosen
        return agreed

    def drop(self, name: str) -> None:
        """Forget an answer; it will be asked for, whatever sentences said before."""
        self._form.answers.pop(name, None)
        if name not in self._form.refused:
            self._form.refused.append(name)

    def _known(self, name: str, field: Field) -> tuple[Any] | None:
        answers = self._form.answers
        if name in answers:
            if field.check(answers[name], self._turn):
                return (answers[name],)
            del answers[name]
        question = self._form.question
        if question is not None and question.name == name and self._given is not None:
            return None
        if field.slot and name not in self._form.refused:
            said = self._form.slots.get(field.slot)
            if said is not None and said != []:
                heard = field.read(Given(Text(text=""), {field.slot: said}), self._turn)
                if heard.certainty == "sure":
                    answers[name] = heard.value
                    return (heard.value,)
        return None

    def _take(self, name: str) -> Given | None:
        question = self._form.question
        if self._given is None or question is None or question.name != name:
            return None
        given, self._given = self._given, None
        return given

    def _pressed(self, given: Given, question: Question) -> Any:
        if not isinstance(given.content, Press):
            return None
        _, _, rest = given.content.id.partition(":")
        _, _, index = rest.partition(":")
        if index.isdigit() and int(index) < len(question.options):
            return question.options[int(index)]
        return None

    def _hear(self, name: str, field: Field, given: Given) -> Any:
        """The value if the answer is accepted, None if the question has to be put again."""
        question = self._form.question
        assert question is not None
        pressed = self._pressed(given, question)
        if pressed is not None and field.check(pressed, self._turn):
            return self._accept(name, pressed, given)
        typed = typed_label(given, list(field.options(self._turn)))
        if typed is not None and field.check(typed, self._turn):
            return self._accept(name, typed, given)
        self._go_back(given)
        heard = field.read(given, self._turn)
        if heard.certainty == "sure" and heard.value != given.text:
            return self._accept(name, heard.value, given)
        if self._points_back(given):
            raise Again("", "field.corrected", {})
        if heard.certainty == "sure":
            return self._accept(name, heard.value, given)
        if self._rival.leaving:
            raise Left
        if CORRECTION.search(given.text) and self._correct(given):
            raise Again("", "field.corrected", {})
        if self._rival.strength == "strong" or (
            heard.certainty == "no" and self._rival.strength == "weak"
        ):
            raise Elsewhere
        if heard.certainty == "possible":
            return self._accept(name, heard.value, given)
        if isinstance(given.content, Photo) and field.ask != "photo":
            self._form.slots["sent_photo"] = given.content.file_id
            self._complain("field.photo.not_now")
        else:
            self._complain(heard.complaint or "field.choice.bad")
        return None

    def _go_back(self, given: Given) -> None:
        if not BACK_WORDS.match(given.text):
            return
        before = [name for name in self._form.given if name in self._form.answers]
        if not before:
            raise Left
        self.drop(before[-1])
        raise Again("", "", {})

    def _accept(self, name: str, value: Any, given: Given) -> Any:
        self._form.answers[name] = value
        self._form.given = [one for one in self._form.given if one != name] + [name]
        self._form.question = None
        self._form.misses = 0
        for slot, said in given.slots.items():
            self._form.slots.setdefault(slot, said)
        return value

    def _correct(self, given: Given) -> bool:
        """Change earlier answers that the sentence names anew; whether there were any."""
        changed = False
        for name, field in self._asked.items():
            if not field.slot or given.slots.get(field.slot) in (None, []):
                continue
            heard: Heard = field.read(
                Given(Text(text=""), {field.slot: given.slots[field.slot]}), self._turn
            )
            if heard.certainty == "sure" and heard.value != self._form.answers.get(name):
                self._form.answers[name] = heard.value
                changed = True
        return changed

    def _points_back(self, given: Given) -> bool:
        """Change the last answer that was chosen among some, by its place: "no, the second"."""
        found = POINTS_BACK.match(given.text.strip("。.!！?？ "))
        if not found:
            return False
        which = _ONE.sub("", found["which"])
        for name, field in reversed(self._asked.items()):
            values = [value for value, _ in field.options(self._turn) if value != LATER]
            if len(values) < 2 or name not in self._form.given:
                continue
            place = ordinal(which, len(values))
            if place is None or values[place] == self._form.answers.get(name):
                return False
            self._form.answers[name] = values[place]
            return True
        return False

    def _complain(self, key: str) -> None:
        self._form.misses += 1
        self._turn.notice(self._turn.words(key))

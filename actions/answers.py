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
from actions.fields import LATER, LATER_WORDS, Field, Given, Heard
from actions.signals import Again, Elsewhere, Left
from actions.state import Question
from actions.summary_words import WRONG, names_change, repeats, typed_label
from nlu.slots.names import is_only_name

if TYPE_CHECKING:
    from actions.turn import Turn

BACK_WORDS = re.compile(
    r"^((?:返回|退回|回到?|退到)?上一[步题題个個]|返回|后退|後退|退回去?|往回退"
    r"|go back|back|previous)(吧|一下)?[。.!！~ ]*$",
    re.IGNORECASE,
)
"""Back to the question before; at the first one it is said how to leave."""

NODS = re.compile(
    r"^(?:好的?|好吧|嗯+|恩|行|成|中|得|可以|要得|ok|okay|y|yeah|sure)[啊呀吧的了嘞哈,，。.!！ ]*$",
    re.IGNORECASE,
)
"""Agrees to anything; to a summary only while nothing else has been said of it."""

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
            chosen = names_change(given.text, options)
        changes = any(str(value).startswith("change:") for value, _ in options)
        wrong = chosen is None and changes and WRONG.match(given.text) is not None
        if chosen is None and not wrong:
            heard = YesNo().read(given, self._turn)
            chosen = heard.value if heard.certainty == "sure" else None
            if chosen is True and self._form.misses and NODS.match(given.text):
                chosen = None  # it may be about what they said before, which wasn't understood
        if chosen is None and any(v is True and repeats(given.text, told) for v, told in options):
            chosen = True
        if isinstance(chosen, str) and chosen.startswith("change:"):
            self.drop(chosen.removeprefix("change:"))
            raise Again(chosen.removeprefix("change:"), "", {})
        if chosen is None:
            if self._cant_go_back(given):
                return None
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
        if self._cant_go_back(given):
            return None
        heard = field.read(given, self._turn)
        if heard.certainty == "sure" and heard.value != given.text:
            return self._accept(name, heard.value, given)
        if self._points_back(given):
            raise Again("", "field.corrected", {})
        if heard.certainty == "sure":
            return self._accept(name, heard.value, given)
        if self._rival.leaving:
            raise Left
        # A phone or a name that is no answer to this question is one that was told before, anew.
        anew = heard.certainty == "no" and (given.slots.get("phone") or given.slots.get("name"))
        if (anew or CORRECTION.search(given.text)) and self._correct(given):
            raise Again("", "field.corrected", {})
        if self._rival.strength == "strong" or (
            heard.certainty == "no" and self._rival.strength == "weak"
        ):
            raise Elsewhere
        if heard.certainty == "possible":
            return self._accept(name, heard.value, given)
        self._keep(given)
        if isinstance(given.content, Photo) and field.ask != "photo":
            self._form.slots["sent_photo"] = given.content.file_id
            self._complain("field.photo.not_now")
        elif LATER_WORDS.match(given.text):
            self._complain("field.needed")  # where it may wait, that was the answer
        else:
            self._complain(heard.complaint or "field.choice.bad")
        return None

    def _keep(self, given: Given) -> None:
        """A phone or a name that was told at another question: it can be nothing else."""
        if phone := given.slots.get("phone"):
            self._form.slots.setdefault("phone", phone)
        if is_only_name(given.text):
            self._form.slots.setdefault("name", given.text)

    def _cant_go_back(self, given: Given) -> bool:
        """Go back to the question before if the line says so; whether there is none.

        Raises:
            Again: there is one.
        """
        if not BACK_WORDS.match(given.text):
            return False
        before = [name for name in self._form.given if name in self._form.answers]
        if not before:
            self._turn.notice(self._turn.words("field.first"))
            return True
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

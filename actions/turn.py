"""What an action may do in its turn: ask, confirm, say, show, remind, hand over.

An action is run from the top at each message, with the answers so far. `ask` returns at once when
the answer is known, else it puts the question and ends the turn by raising `Asked`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from actions.content import Ask, Button, Card, Content, Location, Press, Reply, Text
from actions.fields import Field, Given, Heard, YesNo
from actions.state import PLACE_KEPT, Form, Place, Question, Shown, State, Wish
from actions.words import Words
from knowledge.behalf import CHANNEL
from knowledge.clock import CHINA
from knowledge.conversations import Conversation
from knowledge.proofs import Proof
from knowledge.regions import Region
from knowledge.unit import Knowledge

USELESS_ANSWERS = 3
"""After so many answers that can't be read, a person is offered."""

CELL = 0.005
"""Degrees of the cell that a shared position is blurred to: about 500 m."""

CODE_PLACE = "⟦code:{number}⟧"
"""Where a query code belongs in a text; filled for its owner only, for a day."""

BACK_WORDS = re.compile(
    r"^(上一步|上一题|返回上一步|退回去|回上一步|go back|back|previous)[。.!！]*$", re.IGNORECASE
)
CORRECTION = re.compile(
    r"不对|不對|不是|错了|錯了|填错|写错|打错|改成|改为|改一下|换成|換成|更正|应该是"
    r"|wrong|change|correct|should be|i mean|actually",
    re.IGNORECASE,
)


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


class Signal(Exception):
    """Ends an action's run without being an error."""


class Asked(Signal):
    """A question has been put; the turn ends here."""


class Left(Signal):
    """The rider wants to leave the form."""


class Elsewhere(Signal):
    """The rider wants something else than to answer the open question."""


class Again(Signal):
    """What was written is to be undone, and one field asked again, with the reason said."""

    def __init__(self, name: str, key: str, values: dict[str, Any]) -> None:
        super().__init__(name)
        self.name, self.key, self.values = name, key, values


class AskedAfterWriting(Exception):
    """An action asked after it had written: a mistake in the action."""


@dataclass(frozen=True)
class Rival:
    """What else the message may be than an answer to the open question."""

    route: str | None = None
    strength: str = "none"
    leaving: bool = False


class Turn:
    """One run of one action."""

    def __init__(
        self,
        *,
        knowledge: Knowledge,
        conversation: Conversation,
        state: State,
        form: Form,
        content: Content,
        slots: dict[str, Any],
        words: Words,
        inbox_id: int,
        answer: Given | None = None,
        rival: Rival | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.conversation = conversation
        self.state = state
        self.form = form
        self.content = content
        self.slots = slots
        self.words = words
        self.inbox_id = inbox_id
        self.replies: list[Reply] = []
        self.start: tuple[str, dict[str, Any]] | None = None
        """Another action to be run right after this one: (route, slots)."""
        self.start_text: str | None = None
        """The words that the other action is about, where they aren't this message's."""
        self.crisis = False
        self.not_helped: Wish | None = None
        """A wish whose answer was no help, to be looked at by people."""
        self.quiet = False
        """Set by a lookup after which an open form isn't brought up again at once."""
        self._answer = answer
        self._rival = rival or Rival()
        self._asked: dict[str, Field] = {}
        self._notice: str | None = None

    # What an action may look at

    @property
    def now(self) -> datetime:
        return self.knowledge.now

    @property
    def today(self) -> date:
        return self.now.astimezone(CHINA).date()

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def person(self) -> UUID:
        """Who writes here: nameless, and not whoever's records were proved."""
        return self.conversation.person

    @property
    def text(self) -> str:
        return Given(self.content).text

    async def proofs(self) -> list[Proof]:
        """What this conversation has proved."""
        return await self.knowledge.proofs.held(self.conversation.id)

    async def known_person(self) -> UUID:
        """The person whose records are open here: proved, else who writes."""
        full = [p.person for p in await self.proofs() if p.level == "full"]
        return full[0] if full else self.person

    async def region(self) -> Region | None:
        """The region that this is about: said in the sentence, of the record, or where they are."""
        tree = self.knowledge.region_tree
        said = self.form.slots.get("region") or self.form.slots.get("place")
        if said:
            named = tree.named(str(said))
            if named:
                return named[0]
        _, region = await self.knowledge.people.sector_and_region(await self.known_person())
        if region is not None:
            return tree.get(region)
        if self.state.place is not None and self.state.place.name:
            named = tree.named(self.state.place.name)
            if named:
                return named[0]
        return None

    # Asking

    async def ask(
        self,
        name: str,
        field: Field,
        key: str | None = None,
        *,
        cards: Sequence[Card] = (),
        buttons: Sequence[Button] = (),
        **values: Any,
    ) -> Any:
        """The answer by this name, asked for if it isn't known yet.

        `key` is the question's sentence, `<action>.<name>` if it isn't given.

        Raises:
            Asked: the question was put; the turn ends.
            Left: the rider wants to leave the form.
            Elsewhere: the message is another wish.
            AskedAfterWriting: the action has written already.
        """
        if self.knowledge.changed:
            raise AskedAfterWriting(f"{self.form.action} asks for {name} after it has written")
        known = self._known(name, field)
        if known is not None:
            self._asked[name] = field
            return known[0]
        given = self._take_answer(name)
        if given is not None:
            heard = self._hear(name, field, given)
            if heard is not None:
                self._asked[name] = field
                return heard
        self._put(name, field, key or f"{self.form.action}.{name}", cards, buttons, values)
        raise Asked

    async def confirm(
        self,
        key: str,
        *,
        change: Sequence[str] | Mapping[str, str] = (),
        cards: Sequence[Card] = (),
        **values: Any,
    ) -> bool:
        """Whether the rider agrees to what `key` says, shown with all answers so far.

        The agreement holds for these answers and this wording: change one and it is asked again.
        `change` names answers that get a button to be changed, labelled `<action>.change.<name>`
        unless it gives the label itself.

        Raises:
            Asked: the summary was shown; the turn ends.
        """
        if self.knowledge.changed:
            raise AskedAfterWriting(f"{self.form.action} confirms after it has written")
        digest = self._digest(key)
        if self.form.confirmed == digest:
            return True
        name = f"confirm:{key}"
        question = self.form.question
        given = self._take_answer(name)
        options: list[tuple[Any, str]] = [(True, self.words(f"{key}.yes"))]
        if not isinstance(change, Mapping):
            change = {n: self.words(f"{self.form.action}.change.{n}") for n in change}
        options += [(f"change:{n}", label) for n, label in change.items()]
        options.append((False, self.words(f"{key}.no")))
        if given is not None and question is not None:
            chosen = self._pressed(given, question)
            if chosen is None:
                chosen = typed_label(given, options)
            if chosen is None:
                heard = YesNo().read(given, self)
                chosen = heard.value if heard.certainty == "sure" else None
            if isinstance(chosen, str) and chosen.startswith("change:"):
                self.drop_answer(chosen.removeprefix("change:"))
                raise Again(chosen.removeprefix("change:"), "", {})
            if chosen is False:
                return False
            if chosen is True and question.digest == digest:
                self.form.confirmed = digest
                return True
            if chosen is None:
                if self._correct(given):
                    raise Again("", "field.corrected", {})
                if self._rival.leaving:
                    raise Left
                if self._rival.strength != "none":
                    raise Elsewhere
                self._complain("field.confirm.bad")
        self._question(name, key, options, None, cards, (), values, digest)
        raise Asked

    def drop_answer(self, name: str) -> None:
        """Forget an answer; it will be asked for, whatever sentences said before."""
        self.form.answers.pop(name, None)
        if name not in self.form.refused:
            self.form.refused.append(name)

    def again(self, name: str, key: str, **values: Any) -> None:
        """Undo what this run wrote and ask for one field again, saying why.

        Raises:
            Again: always.
        """
        raise Again(name, key, values)

    # Saying

    def say(
        self,
        key: str,
        *,
        cards: Sequence[Card] = (),
        buttons: Sequence[Button] = (),
        ask: Ask | None = None,
        **values: Any,
    ) -> None:
        """Say a sentence. On the way to a question it is said once, not at each run."""
        text = self.words(key, **values)
        digest = hashlib.sha256(f"{key}|{text}".encode()).hexdigest()[:12]
        if digest in self.form.said:
            return
        self.form.said.append(digest)
        self.reply(Reply(text=text, cards=tuple(cards), buttons=tuple(buttons), ask=ask))

    def reply(self, reply: Reply) -> None:
        """Add a reply as it is."""
        self.replies.append(reply)

    def route_button(self, route: str, key: str | None = None, **values: Any) -> Button:
        """A button that starts a service; it lives on in the chat."""
        return Button(id=f"r:{route}", label=self.words(key or f"menu.{route}", **values))

    def show(self, kind: str, ids: Sequence[str], slots: dict[str, Any] | None = None) -> None:
        """Remember a shown list, so that "第二个" means what was seen."""
        self.state.shown = Shown(
            kind=kind,
            ids=list(ids),
            at=self.now,
            route=self.form.action,
            slots=dict(self.form.slots if slots is None else slots),
        )

    def code_for(self, number: str) -> str:
        """Where the query code of a number will stand."""
        return CODE_PLACE.format(number=number)

    # Later and elsewhere

    async def remind(self, name: str, key: str, at: datetime, values: dict[str, Any]) -> None:
        """Let a timer come up in this conversation; the same `key` once only."""
        await self.knowledge.conversations.arrive(
            self.conversation.id,
            self.conversation.person,
            external_id=f"timer:{key}",
            kind="timer",
            payload={"kind": "timer", "name": name, "values": values},
            received_at=self.now,
            due_at=at,
        )

    async def tell(self, conversation: int, key: str, once: str, values: dict[str, Any]) -> None:
        """Tell somebody else's conversation some news; `once` keeps it from being told twice."""
        other = await self.knowledge.conversations.get(conversation)
        if other is None:
            return
        await self.knowledge.conversations.arrive(
            other.id,
            other.person,
            external_id=f"news:{once}",
            kind="news",
            payload={"kind": "news", "key": key, "values": values},
            received_at=self.now,
        )

    # Places

    def place_of(self, location: Location) -> dict[str, Any]:
        """A shared position as a place; only its cell is kept for follow-ups."""
        cell_lat = round(round(location.lat / CELL) * CELL, 4)
        cell_lon = round(round(location.lon / CELL) * CELL, 4)
        self.state.place = Place(
            lat=cell_lat, lon=cell_lon, name=location.title, until=self.now + PLACE_KEPT
        )
        return {"lat": cell_lat, "lon": cell_lon, "name": location.title, "region": None}

    def place_named(self, name: str, sentence: str = "") -> dict[str, Any]:
        """A place in words, with its region where the words name one."""
        tree = self.knowledge.region_tree
        found = tree.named(sentence) or tree.named(name)
        return {"lat": None, "lon": None, "name": name, "region": found[0].code if found else None}

    # Inside

    def _known(self, name: str, field: Field) -> tuple[Any] | None:
        answers = self.form.answers
        if name in answers:
            if field.check(answers[name], self):
                return (answers[name],)
            del answers[name]
        question = self.form.question
        if question is not None and question.name == name and self._answer is not None:
            return None
        if field.slot and name not in self.form.refused:
            said = self.form.slots.get(field.slot)
            if said is not None and said != []:
                heard = field.read(Given(Text(text=""), {field.slot: said}), self)
                if heard.certainty == "sure":
                    answers[name] = heard.value
                    return (heard.value,)
        return None

    def _take_answer(self, name: str) -> Given | None:
        question = self.form.question
        if self._answer is None or question is None or question.name != name:
            return None
        given, self._answer = self._answer, None
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
        question = self.form.question
        assert question is not None
        pressed = self._pressed(given, question)
        if pressed is not None and field.check(pressed, self):
            return self._accept(name, pressed, given)
        typed = typed_label(given, list(field.options(self)))
        if typed is not None and field.check(typed, self):
            return self._accept(name, typed, given)
        if BACK_WORDS.match(given.text) and self.form.answers:
            self.drop_answer(next(reversed(self.form.answers)))
            raise Again("", "", {})
        heard = field.read(given, self)
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
        self._complain(heard.complaint or "field.choice.bad")
        return None

    def _accept(self, name: str, value: Any, given: Given) -> Any:
        self.form.answers[name] = value
        self.form.question = None
        self.form.misses = 0
        for slot, said in given.slots.items():
            self.form.slots.setdefault(slot, said)
        return value

    def _correct(self, given: Given) -> bool:
        """Change earlier answers that the sentence names anew; whether there were any."""
        changed = False
        for name, field in self._asked.items():
            if not field.slot or given.slots.get(field.slot) in (None, []):
                continue
            heard: Heard = field.read(
                Given(Text(text=""), {field.slot: given.slots[field.slot]}), self
            )
            if heard.certainty == "sure" and heard.value != self.form.answers.get(name):
                self.form.answers[name] = heard.value
                changed = True
        return changed

    def _complain(self, key: str) -> None:
        self.form.misses += 1
        self._notice = self.words(key)

    def notice(self, text: str) -> None:
        """Words to stand before the next question."""
        self._notice = text

    def _put(
        self,
        name: str,
        field: Field,
        key: str,
        cards: Sequence[Card],
        buttons: Sequence[Button],
        values: dict[str, Any],
    ) -> None:
        options = list(field.options(self))
        self._question(name, key, options, field.ask, cards, buttons, values, None)

    def _question(
        self,
        name: str,
        key: str,
        options: Sequence[tuple[Any, str]],
        ask: Ask | None,
        cards: Sequence[Card],
        buttons: Sequence[Button],
        values: dict[str, Any],
        digest: str | None,
    ) -> None:
        number = self._question_id(name, [value for value, _ in options])
        self.form.question = Question(
            id=number, name=name, options=[value for value, _ in options], digest=digest
        )
        self.form.touched_at = self.now
        text = self.words(key, **values)
        if self._notice:
            text = f"{self._notice}\n{text}"
            self._notice = None
        shown = [
            Button(id=f"a:{number}:{index}", label=label)
            for index, (_, label) in enumerate(options)
        ]
        shown += buttons
        # In a form that staff run, a person is there already.
        if self.form.misses >= USELESS_ANSWERS and not self._with_staff():
            text = f"{text}\n{self.words('field.stuck')}"
            shown.append(self.route_button("talk_to_human"))
        self.reply(Reply(text=text, cards=tuple(cards), buttons=tuple(shown), ask=ask))

    def _with_staff(self) -> bool:
        return self.form.id == self.state.staff_form or self.conversation.channel == CHANNEL

    def _question_id(self, name: str, options: Sequence[Any]) -> str:
        """The same for the same question of the same form, so that an older copy still answers."""
        seen = json.dumps([self.form.id, name, list(options)], ensure_ascii=False, default=str)
        return hashlib.sha256(seen.encode()).hexdigest()[:10]

    def _digest(self, key: str) -> str:
        answers = json.dumps(self.form.answers, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(f"{answers}|{self.words.version(key)}".encode()).hexdigest()[:16]

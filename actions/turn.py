"""What an action may do in its turn: ask, confirm, say, show, remind, hand over.

An action is run from the top at each message, with the answers so far. `ask` returns at once when
the answer is known, else it puts the question and ends the turn by raising `Asked`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from actions.answers import Answers, Rival
from actions.content import Ask, Button, Card, Content, Reply
from actions.fields import Field, Given
from actions.putting import Asking, digest_of, put
from actions.signals import Again, Asked, Elsewhere
from actions.state import Form, Shown, State, Wish
from actions.words import Words
from knowledge.clock import CHINA
from knowledge.conversations import Conversation
from knowledge.proofs import Proof
from knowledge.regions import Region
from knowledge.unit import Knowledge

CODE_PLACE = "⟦code:{number}⟧"
"""Where a query code belongs in a text; filled for its owner only, for a day."""


class AskedAfterWriting(Exception):
    """An action asked after it had written: a mistake in the action."""


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
        self.said: Mapping[str, Any] = answer.slots if answer else {}
        """What this message says besides, if it may be an answer."""
        self._answers = Answers(self, answer, rival)
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

    async def persons(self) -> list[UUID]:
        """Who writes here, and all whose records they have proved to be theirs."""
        full = (proof.person for proof in await self.proofs() if proof.level == "full")
        return list(dict.fromkeys([self.person, *full]))

    async def known_person(self) -> UUID:
        """The person whose records are open here: proved, else who writes."""
        full = [p.person for p in await self.proofs() if p.level == "full"]
        return full[0] if full else self.person

    async def region(self) -> Region | None:
        """The region that this is about: said now, on record, where they are, or said before."""
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
        # "我在芝罘区送外卖", said before in passing.
        return next(
            filter(None, (tree.get(one.region) for one in reversed(self.state.wishes))), None
        )

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
        key = key or f"{self.form.action}.{name}"

        def asking() -> Asking:
            return Asking(name, key, list(field.options(self)), field.ask, cards, buttons, values)

        try:
            found = self._answers.find(name, field)
        except Elsewhere as elsewhere:
            elsewhere.asking = asking()
            raise
        if found is not None:
            return found
        self.put(asking())
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
        digest = digest_of(self, key)
        if self.form.confirmed == digest:
            return True
        name = f"confirm:{key}"
        options: list[tuple[Any, str]] = [(True, self.words(f"{key}.yes"))]
        if not isinstance(change, Mapping):
            change = {n: self.words(f"{self.form.action}.change.{n}") for n in change}
        options += [(f"change:{n}", label) for n, label in change.items()]
        options.append((False, self.words(f"{key}.no")))
        question = self.form.question
        asking = Asking(name, key, options, cards=cards, values=values, digest=digest)
        try:
            chosen = self._answers.decide(name, options)
        except Elsewhere as elsewhere:
            elsewhere.asking = asking
            raise
        if chosen is False:
            return False
        if chosen is True and question is not None and question.digest == digest:
            self.form.confirmed = digest
            return True
        self.put(asking)
        raise Asked

    def drop_answer(self, name: str) -> None:
        """Forget an answer; it will be asked for, whatever sentences said before."""
        self._answers.drop(name)

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
        payload = {"kind": "timer", "name": name, "values": values}
        await self.knowledge.turns.remind(self.conversation, f"timer:{key}", payload, at)

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

    # Inside

    def notice(self, text: str) -> None:
        """Words to stand before the next question."""
        self._notice = text

    def put(self, asking: Asking) -> None:
        """Put a question: this run's, or once more the one of a run that led elsewhere."""
        notice, self._notice = self._notice, None
        put(self, asking, notice)

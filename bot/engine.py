"""One turn: a row of the inbox becomes replies, effects, the new state and "handled", or nothing.

A message is understood outside of any transaction, with its conversation as it stood when the
message was taken on. What came of it is written at once, and only stands if the conversation has
not changed since. An action that asks the books anything works inside of a transaction that locks
the conversation first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog

from actions.content import Content, Reply, Text
from actions.state import State, load_state
from bot.dialogue import Dialogue
from bot.handoff import note_of
from bot.inbox import read_content
from bot.log import shows_code
from bot.messages import Outcome, Trace
from bot.metrics import Metrics
from bot.one_a_round import OneARound
from bot.parking import park
from bot.speaking import Spoken
from bot.turn_end import Render, trace_of, write
from bot.wording import Texts, language_of_turn, traditional
from knowledge.conversations import Conversation
from knowledge.database import Database, is_away
from knowledge.review import Noted
from knowledge.secrets import SecretsError
from knowledge.turns import Overtaken, Taken
from knowledge.unit import Knowledge
from nlu.reading import Reading
from nlu.understanding import Understanding

log = structlog.get_logger()

TRIES = 3
"""Failed tries after which a message is parked."""

TEXT_KEPT = 1000
"""Characters of a message that are kept."""

STARTS = 10
"""Starts after which a message is parked: it may be what kills the process."""


BUSY = 2
"""Messages under way in this process from which on the machine counts as busy: what is then asked
of another process takes a core from them."""


class Engine:
    """Serves conversations."""

    def __init__(
        self,
        database: Database,
        understanding: Understanding,
        texts: Texts,
        renders: Mapping[str, Render],
        *,
        worker: str,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._understanding = understanding
        self._texts = texts
        self._renders = renders
        self.worker = worker
        self._metrics = metrics
        self._heavy = OneARound()
        self._under_way = 0

    async def serve(self, conversation: int) -> None:
        """Handle everything that is due in a conversation, in order.

        Raises:
            Exception: the database is away; what is not handled stays as it was.
        """
        while await self.step(conversation):
            pass

    async def step(self, conversation: int) -> bool:
        """Handle the oldest row that is due; whether there is (or may be) another.

        Raises:
            Exception: the database is away; what is not handled stays as it was.
        """
        async with self._database.statements(loose=True) as unit:
            taken = await unit.turns.take(conversation, self.worker)
            if taken is None or taken.payload is None:
                return False
            person = taken.conversation.person
            await unit.people.key(person)  # a key that can't be had is another trouble
            try:
                payload = await unit.people.unseal(person, taken.payload, "inbox")
            except SecretsError:
                # Written for a person who was erased meanwhile: nobody can read it any more.
                log.warning("turn.of_an_erased_person")
                await unit.conversations.drop(taken.id)
                return True
        return await self.handle(taken, payload)

    async def handle(
        self,
        taken: Taken,
        payload: dict[str, Any],
        *,
        reading: Awaitable[Reading | None] | None = None,
        told: Callable[[Outcome], None] | None = None,
    ) -> bool:
        """Handle a row that was taken on; whether there is (or may be) another.

        `reading` is under way already where the row has just come in. `told` hears what came of it
        once that is durable, so that nobody need look for it.

        Raises:
            Exception: the database is away; what is not handled stays as it was.
        """
        with structlog.contextvars.bound_contextvars(
            conversation=taken.conversation.id, turn=taken.id
        ):
            if taken.failures >= TRIES or taken.starts > STARTS:
                return await self._park(taken, payload)
            self._under_way += 1
            try:
                content = read_content(payload)
                with self._metrics.timed("understand"):
                    read = await (reading or self.read(content))
                    await self._heavy.wait()
                content = cut(content)
                with self._metrics.timed("turn"):
                    asker = payload.get("_address")
                    return await self._turn(
                        taken,
                        content,
                        payload.get("_language"),
                        read,
                        asker=bytes.fromhex(asker) if asker else None,
                        told=told,
                        staff=payload.get("_staff"),
                    )
            except Overtaken:
                # Another process is at this conversation; the pause lets it end first.
                async with self._database.statements(loose=True) as unit:
                    await unit.turns.let_go(taken.id)
                await asyncio.sleep(0.02)
                return True
            except Exception as error:
                if is_away(error):
                    raise
                await self._failed(taken, error)
                return True
            finally:
                self._under_way -= 1

    async def read(self, content: Content) -> Reading | None:
        """What a text means by itself, or the note of a return; None for what has no words."""
        text = content.text if isinstance(content, Text) else note_of(content)
        if text:
            await self._heavy.wait()
            reading = await self._understanding.read(text, busy=self._under_way >= BUSY)
            self._metrics.readings.labels(reading.source).inc()
            return reading
        return None

    async def _turn(
        self,
        taken: Taken,
        content: Content,
        language: str | None,
        reading: Reading | None,
        *,
        asker: bytes | None,
        told: Callable[[Outcome], None] | None,
        staff: str | None,
    ) -> bool:
        async with self._database.turn(taken) as unit:
            conversation = taken.conversation
            unit.asker = asker
            unit.acting = staff
            state, afresh = await self._state(unit, conversation)
            spoken_in = language_of_turn(conversation.language, language, reading)
            words = self._texts.words(spoken_in)
            dialogue = Dialogue(
                unit,
                conversation,
                state,
                words,
                self._understanding,
                taken.id,
                handed_over=taken.handed_over,
            )
            spoken = await dialogue.handle(content, reading)
            if isinstance(content, Text) and content.cut:
                spoken.replies.insert(0, Reply(text=words("dialogue.cut")))
            if afresh:
                spoken.replies.insert(0, Reply(text=words("dialogue.afresh")))
            if spoken_in == "zh-hant":
                spoken.replies = [traditional(reply) for reply in spoken.replies]
            if conversation.id in unit.begun_again:
                # What is said now is the first line of a new conversation.
                person = unit.begun_again[conversation.id]
                taken = replace(
                    taken, conversation=replace(conversation, person=person, state=None)
                )
                state = State(keyboard_up=state.keyboard_up)
                spoken.review = None
                unit.timers.clear()
            if spoken.review is not None:
                await _note(unit, conversation.person, spoken.review)
            finished = await write(unit, taken, content, state, spoken, spoken_in, self._renders)
            at = unit.now
        if told is not None:
            self._tell(told, spoken, finished.lines, at)
        self._metrics.turns.labels(spoken.route.partition(":")[0], "handled").inc()
        for reply in spoken.replies:
            self._metrics.replies.labels(reply.from_).inc()
        log.info(
            "turn",
            channel=conversation.channel,
            kind=content.kind,
            route=spoken.route,
            confidence=round(spoken.confidence, 3),
            replies=len(spoken.replies),
        )
        return finished.more

    def _tell(
        self, told: Callable[[Outcome], None], spoken: Spoken, lines: Sequence[int], at: datetime
    ) -> None:
        """Tell what came of it, as `Inbox.outcome` would find it."""
        if any(shows_code(reply.text) for reply in spoken.replies):
            return  # the log fills the query code in
        numbers = lines[-len(spoken.replies) :] if spoken.replies else ()
        replies = tuple(
            reply.model_copy(update={"id": number, "at": at})
            for number, reply in zip(numbers, spoken.replies, strict=True)
        )
        state: Literal["held", "answered"] = "held" if spoken.held else "answered"
        told(Outcome(state, replies, Trace(**trace_of(spoken))))

    async def _state(self, unit: Knowledge, conversation: Conversation) -> tuple[State, bool]:
        if conversation.state is None:
            return State(), False
        raw = await unit.people.unseal(conversation.person, conversation.state, "state")
        return load_state(raw)

    async def _failed(self, taken: Taken, error: Exception) -> None:
        self._metrics.turns.labels("", "retried").inc()
        # The message of an error may hold what a person wrote: only its kind goes to the log.
        log.error(
            "turn.failed", error=type(error).__name__, where=_where(error), tries=taken.failures
        )
        async with self._database.begin() as unit:
            await unit.conversations.failed(taken.id, type(error).__name__)
        await asyncio.sleep(0.05 * 2**taken.failures)

    async def _park(self, taken: Taken, payload: dict[str, Any]) -> bool:
        """Put a message aside that fails again and again."""
        self._metrics.turns.labels("", "parked").inc()
        log.error("turn.parked")
        async with self._database.turn(taken) as unit:
            conversation = taken.conversation
            state, _ = await self._state(unit, conversation)
            state.forms = []
            language = conversation.language or "zh"
            words = self._texts.words(language)
            try:
                content = read_content(payload)
            except ValueError:
                content = Text(text="")
            spoken = await park(unit, conversation, content, words)
            finished = await write(
                unit, taken, content, state, spoken, language, self._renders, parked=True
            )
            return finished.more


async def _note(unit: Knowledge, person: UUID, noted: Noted) -> None:
    """Put a wish on the review list; the first time it counts as one that wasn't answered."""
    if await unit.review.note(person, noted):
        unit.figures.count(noted.what, noted.route, noted.region, noted.language)


def cut(content: Content) -> Content:
    """What is kept of a text. Its reading, the crisis rules too, was of the whole."""
    if isinstance(content, Text) and len(content.text) > TEXT_KEPT:
        return Text(text=content.text[:TEXT_KEPT], cut=True)
    return content


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place

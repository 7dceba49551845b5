"""Plays conversations turn by turn and says what was not as told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.rehearsal.drivers import CannotPlay, Driver, Heard
from bot.rehearsal.form import Channel, Decision, Told, Turn, pattern_of
from bot.rehearsal.house import Restless
from bot.rehearsal.scene import Scene

NUMBER = re.compile(r"\b[A-Z]{2}-[0-9A-Z]{6}\b")
CODE = re.compile(r"(?<![\d.,])\d{6}(?![\d.,])")


@dataclass(frozen=True)
class Miss:
    """Something that was not as told: which line, what, and what was read instead."""

    line: int
    what: str
    answer: str = ""


@dataclass(frozen=True)
class Played:
    """A conversation that was played."""

    told: Told
    channel: Channel
    misses: tuple[Miss, ...]
    heard: tuple[Heard, ...] = ()
    """What was read in each turn that was played."""

    @property
    def passed(self) -> bool:
        return not self.misses

    def lines(self) -> Iterator[str]:
        """One line for each thing that was not as told, followed by what was read."""
        misses = sorted(self.misses, key=lambda miss: miss.line)
        for place, miss in enumerate(misses, start=1):
            where = f"{self.told.path}:{miss.line}"
            yield f"{where}: {self.told.name} ({self.channel}): {miss.what}"
            if place == len(misses) or misses[place].answer != miss.answer:
                yield from _quoted(miss.answer)

    def transcript(self) -> Iterator[str]:
        """The whole conversation."""
        yield f"{self.told.path}:{self.told.line()}: {self.told.name} ({self.channel})"
        for turn, heard in zip(self.told.conversation.turns, self.heard, strict=False):
            route = f"  [{heard.route}]" if heard.route else ""
            yield f"  {turn.act}: {getattr(turn, turn.act)}{route}"
            yield from _quoted(heard.text)


@dataclass
class _Play:
    """One run of one conversation."""

    told: Told
    scene: Scene
    riders: dict[str, Driver] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """The last number and query code that stood in an answer, for `{number}` and `{code}`."""

    async def run(self) -> None:
        try:
            for index, turn in enumerate(self.told.conversation.turns):
                heard = await self._turn(index, turn)
                if heard is None:
                    return
                self.heard.append(heard)
                self._compare(index, turn, heard)
                self._remember(heard.text)
        finally:
            for rider in self.riders.values():
                await rider.close()

    async def _turn(self, index: int, turn: Turn) -> Heard | None:
        """What was read in a turn; None if it could not be played."""
        rider = self._rider(turn.by or "")
        try:
            await self._act(turn, rider)
            await self.scene.rest(list(self.riders.values()))
            return await rider.heard()
        except (CannotPlay, Restless, OSError) as error:
            line = self.told.line("turns", index, turn.act)
            self.misses.append(Miss(line, f"can't be played: {error}"))
            return None

    def _rider(self, name: str) -> Driver:
        if name not in self.riders:
            self.riders[name] = self.scene.rider()
        return self.riders[name]

    async def _act(self, turn: Turn, rider: Driver) -> None:
        if turn.rider is not None:
            await rider.say(self._filled(turn.rider))
        elif turn.location is not None:
            await rider.locate(*turn.location)
        elif turn.contact is not None:
            await rider.share_contact(turn.contact)
        elif turn.photo is not None:
            await rider.send_photo(self.told.path.parent / turn.photo)
        elif turn.voice is not None:
            await rider.send_voice(self.told.path.parent / turn.voice)
        elif turn.sticker is not None:
            await rider.send_sticker(turn.sticker)
        elif turn.button is not None:
            await rider.press(self._filled(turn.button))
        elif turn.wait is not None:
            await self.scene.wait(turn.wait)
        elif turn.staff is not None:
            await self.scene.staff(turn.staff, rider)
        elif turn.office is not None:
            decision = turn.office.model_dump(exclude_none=True)
            filled = {name: self._filled(value) for name, value in decision.items()}
            await self.scene.office(Decision(**filled))

    def _compare(self, index: int, turn: Turn, heard: Heard) -> None:
        if turn.route is not None and heard.route != turn.route:
            line = self.told.line("turns", index, "route")
            read = heard.route or "no trace (the house needs GONGYOU_TRACE=1)"
            self.misses.append(Miss(line, f"route {turn.route}, not {read}", heard.text))
        for kind, words, wanted in (("bot", turn.bot, True), ("not", turn.never, False)):
            for item, word in enumerate(words):
                if occurs(self._filled(word), heard.text) != wanted:
                    line = self.told.expectation_line(index, kind, item)
                    what = f"{'no' if wanted else 'there is'} {word} in the answer"
                    self.misses.append(Miss(line, what, heard.text or "(nothing came)"))

    def _remember(self, text: str) -> None:
        numbers = NUMBER.findall(text)
        if numbers:
            self.seen["number"] = numbers[-1]
            codes = CODE.findall(text)
            if codes:
                self.seen["code"] = codes[-1]

    def _filled(self, text: str) -> str:
        for name, value in self.seen.items():
            text = text.replace(f"{{{name}}}", value)
        return text


async def play(told: Told, scene: Scene, channel: Channel) -> Played:
    """Play one conversation; it goes on after what was not as told, as far as it can."""
    run = _Play(told, scene)
    await run.run()
    return Played(told, channel, tuple(run.misses), tuple(run.heard))


def _quoted(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip():
            yield f"    | {line.rstrip()}"


def occurs(word: str, text: str) -> bool:
    """Whether a word, or something a `/pattern/` fits, stands in a text.

    A word doesn't mind case and width (`ＹＴ` is `yt`); a pattern sees the text as it is.
    """
    pattern = pattern_of(word)
    if pattern is not None:
        return re.search(pattern, text) is not None
    return _even(word) in _even(text)


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

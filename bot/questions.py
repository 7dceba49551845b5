"""What riders asked and didn't get: the review list by groups of the same meaning.

Every function asks the actor first; lines are those of their regions. Personal data is masked in
what is kept (`bot/wishes.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.question_groups import MOST, Grouping, QuestionGroups
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.article_list import Filter, Listed
from knowledge.database import Database
from knowledge.review import WHATS, Line, Outline
from nlu.mask import MARK
from nlu.routes import topic_of

PAGE = 20
"""Groups of a page."""

LINES = 25
"""Lines of a group's page; they are what can be done in one go."""

DAYS = (7, 30, 90)
"""How far back one may look. Lines are kept 90 days (`bot/housekeeping.py`)."""

OFFERED = 8
"""Articles that are offered to add a question to."""


@dataclass(frozen=True)
class Wish:
    """What the visitor has chosen; empty is everything."""

    region: str = ""
    language: str = ""
    what: str = ""
    days: int = 30

    @classmethod
    def of(cls, region: str, language: str, what: str, days: str) -> Wish:
        """As typed; what isn't offered is left out."""
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 30
        return cls(
            region,
            language if language in ("zh", "en") else "",
            what if what in WHATS else "",
            number if number in DAYS else 30,
        )


@dataclass(frozen=True)
class Group:
    """Lines that ask for the same, as far as the visitor may see them.

    Attributes:
        first: the line in the middle.
        lines: all of them, newest last.
        before: how many there were in as many days before; None where nobody knows any more.
        words: of the middle, and of a few others.
    """

    first: int
    lines: tuple[Outline, ...]
    before: int | None
    words: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def last(self) -> datetime:
        return max(line.at for line in self.lines)

    @property
    def whats(self) -> list[tuple[str, int]]:
        """Why, the most frequent first."""
        return Counter[str](line.what for line in self.lines).most_common()

    @property
    def regions(self) -> list[tuple[str | None, int]]:
        """Where, the most frequent first."""
        return Counter(line.region for line in self.lines).most_common()

    @property
    def languages(self) -> list[tuple[str, int]]:
        """In which language, the most frequent first."""
        return Counter(line.language for line in self.lines).most_common()


@dataclass(frozen=True)
class Groups:
    """A page of groups. `at` is when they were made; None while they are made the first time."""

    at: datetime | None
    groups: list[Group]
    of: int
    lines: int
    page: int
    newer: int = 0
    """Lines that have come since and stand by themselves until the next grouping."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.of // PAGE))


@dataclass(frozen=True)
class Shown:
    """A group with a page of its lines opened, and the articles that it may belong to."""

    group: Group
    lines: list[Line]
    page: int
    articles: list[Listed]

    @property
    def pages(self) -> int:
        return max(1, -(-self.group.count // LINES))


@dataclass(frozen=True)
class Settled:
    """Lines that something was done with; `next` is where the next page begins."""

    lines: list[Line]
    next: int | None


class Questions:
    """Shows the list."""

    def __init__(self, database: Database, groups: QuestionGroups) -> None:
        self._database, self._groups = database, groups

    async def page(self, actor: Actor, wish: Wish, page: int = 1) -> Groups:
        """Groups, the greatest first.

        Raises:
            Denied: the role may not.
            Refused: the region isn't one of theirs.
        """
        outlines, grouping = await self._look(actor, wish)
        if grouping is None:
            return Groups(None, [], 0, len(outlines), 1)
        groups = _groups(outlines, grouping, wish, self._database.clock.now())
        page = min(max(page, 1), max(1, -(-len(groups) // PAGE)))
        shown = groups[(page - 1) * PAGE : page * PAGE]
        async with self._database.begin() as unit:
            opened = await unit.review.opened(
                line for group in shown for line in (group.first, *_others(group))
            )
        shown = [replace(group, words=_words(group, opened)) for group in shown]
        newer = sum(line.id > grouping.newest for line in outlines)
        lines = sum(group.count for group in groups)
        return Groups(grouping.at, shown, len(groups), lines, page, newer)

    async def progress(self, actor: Actor) -> tuple[int, int, bool]:
        """How far the grouping is: lines done, of how many, and whether there is one.

        Raises:
            Denied: the role may not.
        """
        actor.ask("review.read")
        return self._groups.done, self._groups.of, self._groups.grouping is not None

    async def group(self, actor: Actor, line: int, page: int = 1, find: str = "") -> Shown:
        """The group of a line; `find` are words to look for an article by.

        Raises:
            Denied: the role may not.
            NotThere: no such open line, or another region's.
        """
        wish = Wish(days=max(DAYS))
        outlines, grouping = await self._look(actor, wish)
        empty = Grouping(self._database.clock.now(), 0, ())
        groups = _groups(outlines, grouping or empty, wish, self._database.clock.now())
        found = next((one for one in groups if line in {other.id for other in one.lines}), None)
        if found is None:
            raise NotThere
        page = min(max(page, 1), max(1, -(-found.count // LINES)))
        numbers = [one.id for one in found.lines[(page - 1) * LINES : page * LINES]]
        async with self._database.begin() as unit:
            opened = await unit.review.opened([found.first, *numbers])
            lines = [opened[number] for number in numbers if number in opened]
            routes = [route for one in lines for route in (one.route, one.runner_up or "")]
            topics = list(dict.fromkeys(t for r in routes if (t := topic_of(r)) is not None))
            within = tuple(_reached(actor))
            wished = Filter(text=find, regions=within)
            if not find.strip():
                wished = Filter(topics=tuple(topics), regions=within)
            articles = await unit.article_list.find(wished, limit=OFFERED)
        return Shown(replace(found, words=_words(found, opened)), lines, page, articles)

    async def settled(self, actor: Actor, before: int | None = None) -> Settled:
        """What was taught, added or ignored, the newest line first.

        Raises:
            Denied: the role may not.
        """
        actor.ask("review.read")
        async with self._database.begin() as unit:
            lines = await unit.review.settled(actor.regions, LINES + 1, before)
        return Settled(lines[:LINES], lines[LINES - 1].id if len(lines) > LINES else None)

    async def _look(self, actor: Actor, wish: Wish) -> tuple[list[Outline], Grouping | None]:
        """The open lines that the visitor may see, and the grouping of all."""
        actor.ask("review.read")
        regions = actor.regions
        if wish.region:
            regions = narrowed(actor, wish.region)
        async with self._database.begin() as unit:
            outlines = await unit.review.outlines(regions, MOST)
        newest = max((line.id for line in outlines), default=0)
        return outlines, await self._groups.current(newest)


def narrowed(actor: Actor, region: str) -> list[str]:
    """A region of the actor's and what lies below it.

    Raises:
        Refused: it isn't one of theirs.
    """
    if actor.tree.get(region) is None or not actor.reaches(region):
        raise Refused("region_reach")
    return sorted(actor.tree.below(region))


def _reached(actor: Actor) -> list[str]:
    return [region.code for region in actor.tree if actor.reaches(region.code)]


def _groups(
    outlines: Sequence[Outline], grouping: Grouping, wish: Wish, now: datetime
) -> list[Group]:
    """The visitor's lines, put into their groups; what came later stands by itself."""
    seen = {
        line.id: line
        for line in outlines
        if (not wish.language or line.language == wish.language)
        and (not wish.what or line.what == wish.what)
    }
    since = now - timedelta(days=wish.days)
    grouped = {number for group in grouping.groups for number in group}
    alone = ((number,) for number in seen if number not in grouped)
    found = []
    for numbers in (*grouping.groups, *alone):
        lines = [seen[number] for number in numbers if number in seen]
        recent = sorted((one for one in lines if one.at >= since), key=lambda one: one.id)
        if recent:
            first = next(one.id for one in lines if one.at >= since)
            earlier = sum(since - timedelta(days=wish.days) <= one.at < since for one in lines)
            before = earlier if 2 * wish.days <= max(DAYS) else None
            found.append(Group(first, tuple(recent), before))
    return sorted(found, key=lambda group: (-group.count, -group.first))


def _others(group: Group) -> Iterable[int]:
    return [line.id for line in reversed(group.lines) if line.id != group.first][:2]


def _words(group: Group, opened: dict[int, Line]) -> tuple[str, ...]:
    """What stands for the group: first of all what needed no masking."""
    numbers = (group.first, *_others(group))
    texts = dict.fromkeys(opened[number].text for number in numbers if number in opened)
    return tuple(sorted(texts, key=lambda text: MARK.search(text) is not None))

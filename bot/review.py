"""Learning from use: people look at what the house didn't understand, and teach it by that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.database import BELL_ARTICLES, Database
from knowledge.review import STATES, WHATS, Line, State, Taught, What
from knowledge.unit import Knowledge
from nlu import crisis, sentences
from nlu.language import language_of
from nlu.mask import MARK, kinds
from nlu.normalise import key
from nlu.routes import CRISIS, ROUTES, faq, topic_of

LONGEST = 120
"""Characters of a sentence that is taught: the model reads no more of it."""


class ReviewRefused(Exception):
    """A step that can't be made; the text says why, and what would help."""


@dataclass(frozen=True)
class _Known:
    """A text that teaches already, and where it stands."""

    text: str
    route: str
    where: str


class ReviewDesk:
    """Where lines are looked at, taught or put aside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(
        self, *, state: str = "open", what: str | None = None, limit: int = 50
    ) -> list[Line]:
        """Lines, the newest first.

        Raises:
            ReviewRefused: there is no such state, or nothing of the kind happens.
        """
        chosen, happened = _state(state), None if what is None else _what(what)
        async with self._database.begin() as unit:
            return await unit.review.lines(state=chosen, what=happened, limit=limit)

    async def line(self, number: int) -> tuple[Line | None, Taught | None]:
        """A line and what was taught of it, whichever of the two is there.

        Raises:
            ReviewRefused: neither is.
        """
        async with self._database.begin() as unit:
            line = await unit.review.line(number)
            taught = next((one for one in await unit.review.taught() if one.id == number), None)
        if line is None and taught is None:
            raise _no_such(number)
        return line, taught

    async def teach(
        self,
        number: int,
        *,
        by: str,
        route: str | None = None,
        topic: str | None = None,
        text: str | None = None,
    ) -> Taught:
        """Make a line a training sentence of a route, or a way of asking for an article.

        `text` is what is learnt; the line's own words if None.

        Raises:
            ReviewRefused: the line isn't open, the sentence tells of a person or is known already,
                or there is no such route or topic.
        """
        label = _label(route, topic)
        known = [
            _Known(one.text, one.route, f"{one.language}/{one.file.name}")
            for one in sentences.load_leniently()
        ]
        async with self._database.begin() as unit:
            await unit.review.one_by_one()
            line = await self._open_line(unit, number)
            sentence = _sentence(line.text if text is None else text)
            _may_stand_under(label, sentence)
            known += await _known_to_the_store(unit, label)
            _must_be_new(sentence, label, known)
            language = language_of(sentence)
            await unit.review.move(number, "teach", by)
            await unit.review.teach(number, sentence, label, language, by)
            await self._tell(unit, label)
            return Taught(number, sentence, label, language, by, unit.now)

    async def ignore(self, number: int, *, by: str) -> None:
        """There is nothing to learn from a line.

        Raises:
            ReviewRefused: it isn't open.
        """
        async with self._database.begin() as unit:
            await self._open_line(unit, number)
            await unit.review.move(number, "ignore", by)

    async def taught(self) -> Sequence[Taught]:
        """All sentences that were taught."""
        async with self._database.begin() as unit:
            return await unit.review.taught()

    async def undo(self, number: int) -> Taught | None:
        """Open a line again; what was taught of it is taken back, also where the line has gone.

        Raises:
            ReviewRefused: it is open, or neither line nor sentence are there.
        """
        async with self._database.begin() as unit:
            moved = await unit.review.move(number, "undo")
            taught = await unit.review.take_back(number)
            if not moved and taught is None:
                if await unit.review.line(number) is None:
                    raise _no_such(number)
                raise ReviewRefused(f"line {number} is open; there is nothing to undo")
            if taught is not None:
                await self._tell(unit, taught.route)
            return taught

    async def _open_line(self, unit: Knowledge, number: int) -> Line:
        line = await unit.review.line(number)
        if line is None:
            raise _no_such(number)
        if line.state != "open":
            who = f"{line.state} by {line.settled_by}"
            raise ReviewRefused(f"line {number} is {who}; `gongyou review undo {number}` opens it")
        return line

    async def _tell(self, unit: Knowledge, label: str) -> None:
        """A question of an article counts at once in every process; a sentence with the model."""
        if topic_of(label) is not None:
            await unit.articles.count_change()
            await unit.conversations.ring((BELL_ARTICLES, ""))


def _state(state: str) -> State:
    for one in STATES:
        if one == state:
            return one
    raise ReviewRefused(f"there is no state {state!r}; {_one_of(STATES)}")


def _what(what: str) -> What:
    for one in WHATS:
        if one == what:
            return one
    raise ReviewRefused(f"nothing is called {what!r} here; {_one_of(WHATS)}")


def _label(route: str | None, topic: str | None) -> str:
    if route is not None and (within := topic_of(route)) is not None:
        route, topic = None, topic or within
    if (route is None) == (topic is None):
        raise ReviewRefused("say either the route or the topic that the sentence belongs to")
    if topic is not None:
        return faq(topic)
    if route not in ROUTES:
        raise ReviewRefused(f"there is no route {route!r}; {_one_of(ROUTES)}")
    return route


def _sentence(text: str) -> str:
    """The sentence as it is kept.

    Raises:
        ReviewRefused: it is empty, too long, or tells of a person.
    """
    sentence = " ".join(text.split())
    if not key(MARK.sub("", sentence)):
        raise ReviewRefused("there are no words to learn; give them with --text")
    if found := kinds(sentence):
        held = ", ".join(f"⟨{kind}⟩" for kind in found)
        raise ReviewRefused(
            f"the sentence still holds {held}; give --text with the words that another rider "
            "could write, without anything of this one's"
        )
    if len(sentence) > LONGEST:
        raise ReviewRefused(
            f"the sentence has {len(sentence)} characters, {LONGEST} at most are learnt; give "
            "--text with the part that says what is wanted"
        )
    return sentence


def _may_stand_under(label: str, sentence: str) -> None:
    """Refuse to teach that a cry for help is anything else: it would be taken at its word."""
    rule = crisis.find(sentence)
    if rule is not None and label != CRISIS:
        raise ReviewRefused(
            f"the sentence reads as a cry for help (rule {rule}); it can be taught under "
            f"{CRISIS} only"
        )


async def _known_to_the_store(unit: Knowledge, label: str) -> list[_Known]:
    """The articles' questions and what was taught before.

    Raises:
        ReviewRefused: the label is a topic that has no article.
    """
    articles = await unit.articles.known()
    topics = {article.topic for article in articles}
    asked = topic_of(label)
    if asked is not None and asked not in topics:
        raise ReviewRefused(f"there is no article about {asked!r}; {_one_of(topics)}")
    known = [
        _Known(text, faq(article.topic), f"the article {article.topic}")
        for article in articles
        for text in (article.question, *article.similar)
    ]
    taught = await unit.review.taught()
    return [*known, *(_Known(one.text, one.route, f"taught line {one.id}") for one in taught)]


def _must_be_new(sentence: str, label: str, known: Sequence[_Known]) -> None:
    """Refuse doubles and near copies, first of all those that mean something else."""
    form = key(sentence)
    near = sentences.near_copies([sentence], [one.text for one in known])
    found = [known[other] for _, other in near]
    found.sort(key=lambda one: (one.route == label, key(one.text) != form))
    if not found:
        return
    one = found[0]
    same = key(one.text) == form
    what = "stands" if same else f"is nearly {one.text!r}, which stands"
    if one.route != label:
        raise ReviewRefused(
            f"the sentence {what} under {one.route} already ({one.where}); it can't be under "
            f"{label}, too: correct that one, or word this one so that they differ"
        )
    raise ReviewRefused(f"the sentence {what} under {one.route} already ({one.where})")


def _one_of(names: Iterable[str]) -> str:
    return f"there are {', '.join(sorted(names))}"


def _no_such(number: int) -> ReviewRefused:
    return ReviewRefused(f"there is no line {number}; `gongyou review list` shows them")

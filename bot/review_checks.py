"""What may be taught: a sentence that is new, tells of nobody, and belongs where it is put."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.refused import Refused
from knowledge.unit import Knowledge
from nlu import crisis, sentences
from nlu.mask import MARK, kinds
from nlu.normalise import key
from nlu.routes import CRISIS, ROUTES, faq, topic_of

LONGEST = 120
"""Characters of a sentence that is taught: the model reads no more of it."""


class ReviewRefused(Refused):
    """A step that can't be made; `said` says why to operators, the key to the console."""

    def __init__(self, key: str, said: str, **values: Any) -> None:
        super().__init__(key, **values)
        self.said = said

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True)
class Known:
    """A text that teaches already, and where it stands."""

    text: str
    route: str
    where: str


@cache
def trained() -> tuple[Known, ...]:
    """What the house's own files teach: they come with the program and stay as long as it runs."""
    return tuple(
        Known(one.text, one.route, f"{one.language}/{one.file.name}")
        for one in sentences.load_leniently()
    )


def label_of(route: str | None, topic: str | None) -> str:
    if route is not None and (within := topic_of(route)) is not None:
        route, topic = None, topic or within
    if (route is None) == (topic is None):
        raise ReviewRefused(
            "review_route", "say either the route or the topic that the sentence belongs to"
        )
    if topic is not None:
        return faq(topic)
    if route not in ROUTES:
        raise ReviewRefused("review_route", f"there is no route {route!r}; {one_of(ROUTES)}")
    return route


def sentence_of(text: str) -> str:
    """The sentence as it is kept.

    Raises:
        ReviewRefused: it is empty, too long, or tells of a person.
    """
    sentence = " ".join(text.split())
    if not key(MARK.sub("", sentence)):
        raise ReviewRefused("review_empty", "there are no words to learn; give them with --text")
    if found := kinds(sentence):
        held = ", ".join(f"⟨{kind}⟩" for kind in found)
        raise ReviewRefused(
            "review_personal",
            f"the sentence still holds {held}; give --text with the words that another rider "
            "could write, without anything of this one's",
            held=held,
        )
    if len(sentence) > LONGEST:
        raise ReviewRefused(
            "review_long",
            f"the sentence has {len(sentence)} characters, {LONGEST} at most are learnt; give "
            "--text with the part that says what is wanted",
            most=LONGEST,
        )
    return sentence


def may_stand_under(label: str, sentence: str) -> None:
    """Refuse to teach that a cry for help is anything else: it would be taken at its word."""
    rule = crisis.find(sentence)
    if rule is not None and label != CRISIS:
        raise ReviewRefused(
            "review_crisis",
            f"the sentence reads as a cry for help (rule {rule}); it can be taught under "
            f"{CRISIS} only",
        )


async def known_to_the_store(unit: Knowledge, label: str) -> list[Known]:
    """The articles' questions and what was taught before.

    Raises:
        ReviewRefused: the label is a topic that has no article.
    """
    articles = await unit.articles.known()
    topics = {article.topic for article in articles}
    asked = topic_of(label)
    if asked is not None and asked not in topics:
        raise ReviewRefused(
            "review_topic", f"there is no article about {asked!r}; {one_of(topics)}"
        )
    known = [
        Known(text, faq(article.topic), f"the article {article.topic}")
        for article in articles
        for text in (article.question, *article.similar)
    ]
    taught = await unit.review.taught()
    return [*known, *(Known(one.text, one.route, f"taught line {one.id}") for one in taught)]


def must_be_new(sentence: str, label: str, known: Sequence[Known]) -> None:
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
            "review_known_elsewhere",
            f"the sentence {what} under {one.route} already ({one.where}); it can't be under "
            f"{label}, too: correct that one, or word this one so that they differ",
            text=one.text,
            route=one.route,
        )
    raise ReviewRefused(
        "review_known",
        f"the sentence {what} under {one.route} already ({one.where})",
        text=one.text,
        route=one.route,
    )


def one_of(names: Iterable[str]) -> str:
    return f"there are {', '.join(sorted(names))}"


def no_such(number: int) -> ReviewRefused:
    return ReviewRefused(
        "review_gone", f"there is no line {number}; `gongyou review list` shows them"
    )

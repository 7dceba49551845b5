"""What a message leads to, as it is put together: replies in the reader's words, and the trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.content import Button, Reply
from actions.state import Wish
from actions.words import Words
from bot import wishes
from knowledge.articles import Articles
from knowledge.review import Noted, What
from nlu.routes import PERSON


@dataclass
class Spoken:
    """What a message led to."""

    replies: list[Reply] = field(default_factory=list)
    route: str = ""
    confidence: float = 1.0
    slots: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    runner_up: tuple[str, float] | None = None
    source: str | None = None
    ms: float | None = None
    held: bool = False
    crisis: bool = False
    staff: bool = False
    review: Noted | None = None
    """What people shall look at, to learn from it."""


class Speaker:
    """Adds to what one message leads to: all parts of a dialogue share one."""

    def __init__(self, spoken: Spoken, words: Words, articles: Articles) -> None:
        self.spoken = spoken
        self.words = words
        self._articles = articles

    def say(self, key: str, *, buttons: Sequence[Button] = (), **values: Any) -> None:
        """Add a reply with this sentence."""
        self.spoken.replies.append(Reply(text=self.words(key, **values), buttons=tuple(buttons)))

    def trace(
        self,
        route: str,
        confidence: float = 1.0,
        slots: dict[str, Any] | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        """What the message is taken for; slots and reasons stay where none are given."""
        self.spoken.route, self.spoken.confidence = route, confidence
        if slots is not None:
            self.spoken.slots = slots
        self.spoken.reasons = reasons or self.spoken.reasons

    def overrule(self, route: str, why: str) -> None:
        """What a text came to, whatever it reads as by itself; the trace says both."""
        alone, confidence, reasons = self.spoken.route, self.spoken.confidence, self.spoken.reasons
        if self.spoken.source is None or alone == route:
            self.trace(route, confidence)
        else:
            self.trace(route, reasons=(f"{why}; alone {alone} {confidence:.2f}", *reasons))

    def review(self, what: What, wish: Wish | None) -> None:
        """Let people look at this wish, to learn from it."""
        if wish is not None:
            self.spoken.review = wishes.noted(what, wish)

    async def route_button(self, route: str) -> Button:
        """A button that starts a service, or shows the article of `faq:…`."""
        name, _, topic = route.partition(":")
        label = self.words(f"menu.{name}")
        if topic:
            language = self.words.language.partition("-")[0]
            label = (await self._articles.titles([topic], language)).get(topic, label)
        return Button(id=f"r:{route}", label=label)

    def menu(self) -> list[Button]:
        """Buttons of what most come for."""
        routes = ("find_station", "join_union", "claim_status", PERSON)
        return [Button(id=f"r:{route}", label=self.words(f"menu.{route}")) for route in routes]

"""Texts whose meaning is known word for word: they cost no model.

Training sentences, button labels and articles' own questions (those in `match.Index`). Whether
such a text is a crisis was decided when it was learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nlu import crisis
from nlu.normalise import key
from nlu.routes import CRISIS, LEANING, topic_of


@dataclass(frozen=True)
class KnownText:
    """The route of a known text, and the crisis rule that stands for it, if any."""

    route: str
    crisis: str | None = None


@dataclass
class Known:
    """All known texts by what they have in common with the same text in another dress."""

    texts: dict[str, KnownText] = field(default_factory=dict)

    @classmethod
    def learn(cls, sentences: Iterable[tuple[str, str]]) -> Known:
        """From pairs of a text's form (`normalise.key`) and its route; articles' questions are
        left to the live index.

        A sentence's own file is the verdict: one of another route is no crisis, even if a rule
        would take fright at it. What leans on other lines is known only with them.
        """
        texts = {
            form: KnownText(route, "known" if route == CRISIS else None)
            for form, route in sentences
            if topic_of(route) is None and route not in LEANING
        }
        texts.pop("", None)
        return cls(texts)

    def with_labels(self, labels: Mapping[str, str]) -> Known:
        """These texts and button labels with their routes; a label wins over a sentence."""
        learnt = {
            key(label): KnownText(route, crisis.find(label) if route == CRISIS else None)
            for label, route in labels.items()
            if key(label)
        }
        return Known({**self.texts, **learnt})

    def get(self, text: str) -> KnownText | None:
        """What is known of a text, after normalising it."""
        return self.texts.get(key(text))

"""How an article will look: as Telegram's bubble and as the web chat's, made by what makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.article_answer import answer_buttons, answer_picture, answer_text
from actions.content import Picture, Reply
from bot.channels.telegram_limits import TEXT_LENGTH, length
from bot.channels.telegram_render import TelegramRender
from bot.wording import Texts
from knowledge import markup
from knowledge.article_writing import ROUTES
from knowledge.regions import RegionTree
from knowledge.shelf import Article

NOTHING_ASKED = 0
"""There is no message that a preview answers."""


@dataclass(frozen=True)
class Bubble:
    """A message as it is shown: its text, and rows of buttons under it."""

    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    """On the web beside the text; in Telegram a message of its own, with its text as caption."""

    @property
    def length(self) -> int:
        """As Telegram counts it."""
        return length(self.text)


@dataclass(frozen=True)
class Preview:
    """The messages in Telegram (more than one where it is too long for one), and on the web."""

    telegram: tuple[Bubble, ...]
    web: Bubble
    most: int = TEXT_LENGTH


def preview(
    article: Article,
    tree: RegionTree,
    texts: Texts,
    titles: Mapping[str, str] | None = None,
    *,
    address: Callable[[int], str],
) -> Preview:
    """An article as a rider of its own region and language gets it; buttons that can't be pressed
    are left out. `address` tells where a picture is found.
    """
    words = texts.words(article.language)
    shown = replace(article, buttons=tuple(filter(_works, article.buttons)))
    reply = Reply(
        text=answer_text(words, tree, shown, article.language),
        buttons=tuple(answer_buttons(words, shown, titles or {}, NOTHING_ASKED)),
        picture=answer_picture(address, shown),
    )
    calls = TelegramRender(texts)(reply, language=article.language)
    labels = tuple(button.label for button in reply.buttons)
    bubbles = tuple(_bubble(call, reply.picture) for call in calls)
    return Preview(bubbles, Bubble(reply.text, (labels,), reply.picture))


def _works(button: str) -> bool:
    link = markup.link_of(button)
    return button in ROUTES if link is None else markup.opens(link[1])


def _bubble(call: Mapping[str, Any], picture: Picture | None) -> Bubble:
    if call["method"] == "sendPhoto":
        return Bubble(call.get("caption", ""), picture=picture)
    rows = call.get("reply_markup", {}).get("inline_keyboard", ())
    return Bubble(call["text"], tuple(tuple(one["text"] for one in row) for row in rows))

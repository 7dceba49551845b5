"""How a rider sees an article: the text with where it comes from, and the buttons under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from actions.content import Button, Picture
from actions.words import Words
from knowledge import markup
from knowledge.regions import RegionTree
from knowledge.shelf import Article

RELATED = 2
"""Related questions offered under an answer."""


def answer_text(words: Words, tree: RegionTree, article: Article, language: str) -> str:
    """The answer with its foot; `language` is the reader's."""
    region = tree.get(article.region)
    foot = words(
        "faq.foot",
        region=region.name(language) if region else article.region,
        day=article.checked_on.isoformat(),
        source=article.source,
    )
    note = "" if article.language == language else words("faq.other_language") + "\n"
    return f"{note}{markup.plain(article.answer)}\n\n{foot}"


def answer_picture(address: Callable[[int], str], article: Article) -> Picture | None:
    """The article's picture; `address` tells where the web chat finds one."""
    number = article.picture
    if number is None:
        return None
    return Picture(number=number, address=address(number), alt=article.picture_alt)


def answer_buttons(
    words: Words, article: Article, titles: Mapping[str, str], answer_to: int
) -> list[Button]:
    """The article's own buttons, related questions by their `titles`, and the two judgements."""
    buttons = [_button(words, written, place) for place, written in enumerate(article.buttons)]
    buttons += [
        Button(id=f"r:faq:{topic}", label=titles[topic])
        for topic in article.related[:RELATED]
        if topic in titles
    ]
    answer = f"{article.id}.{answer_to}"
    buttons.append(Button(id=f"r:judge:+:{answer}", label=words("faq.helpful")))
    buttons.append(Button(id=f"r:judge:-:{answer}", label=words("faq.not_helpful")))
    return buttons


def _button(words: Words, written: str, place: int) -> Button:
    """A service's, or one that opens a link."""
    link = markup.link_of(written)
    if link is None:
        return Button(id=f"r:{written}", label=words(f"menu.{written}"))
    return Button(id=f"u:article:{place}", label=link[0], url=link[1])

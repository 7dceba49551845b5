"""A reply as calls of the Bot API."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from actions.content import Attached, Button, Card, Link, Picture, Reply
from actions.words import Words
from bot.channels.telegram_limits import (
    BUTTONS,
    CALLBACK_BYTES,
    PLACEHOLDER_LENGTH,
    TEXT_LENGTH,
    button_url,
)
from bot.channels.telegram_text import Line, Piece, as_html, as_plain, chunks, marked, plain
from bot.wording import Texts, traditional
from nlu.language import language_of, script_of

ROWS = ((6, 3), (16, 2))
"""Buttons stand three in a row if no label is wider than 6, two up to 16 (a Han character is 2)."""

FILE, PICTURE = "file_id", "article_picture"
"""Where a call names a kept file, or an article's picture: the wire reads it when it is sent
(`sendPhoto`'s own parameter would name a file that lies at Telegram)."""

Call = dict[str, Any]
"""A call as Telegram itself writes one in the answer to a webhook: `method` and its parameters.
The sender adds the `chat_id`."""


class ButtonNotPossible(ValueError):
    """A button that Telegram would refuse; a mistake of the action that made it."""


class TelegramRender:
    """Makes calls of replies.

    A reply that asks for a place or a contact shows a keyboard with Telegram's own button for it.
    It is hidden after its use (`one_time_keyboard`) and taken away with the next message that can
    carry that: one with buttons under it can't. Where the engine says that a keyboard is still up
    (`keyboard_up`), a word goes ahead and takes it away.
    """

    def __init__(self, texts: Texts, *, public_url: str = "") -> None:
        self._texts, self._public_url = texts, public_url.rstrip("/")

    def __call__(
        self, reply: Reply, *, language: str | None = None, keyboard_up: bool = False
    ) -> list[Call]:
        """The calls, in order.

        Raises:
            ButtonNotPossible: an id has more than 64 bytes, a label is empty, or there are too
                many.
        """
        words = _Keyboards(self._texts, language or guess(reply.text))
        inline, numbers = self._buttons(reply.buttons)
        lines = plain(reply.text) if reply.text else []
        lines += [(Piece(number),) for number in numbers]
        for place, card in enumerate(reply.cards, start=1):
            lines += [(), *self._card(card, place if len(reply.cards) > 1 else None)]
        calls = [_message(chunk) for chunk in chunks(lines, TEXT_LENGTH)]
        if reply.file is not None and not calls:
            return [_upload(reply.file)]
        if not calls:
            calls = [_message(plain(words.said("choose")))]
        calls += _venue(reply.cards)
        if reply.picture is not None:
            calls.insert(0, _photo(reply.picture))
        keyboard = words.keyboard(reply.ask)
        if keyboard is not None and inline is not None and len(calls) == 1:
            calls.append(_message(plain(words.said("below"))))
            calls[0]["reply_markup"], calls[1]["reply_markup"] = inline, keyboard
            return calls if reply.file is None else [_upload(reply.file), *calls]
        if keyboard_up and keyboard is None and inline is not None and len(calls) == 1:
            calls.insert(0, _message(plain(words.said("noted"))))
        for call in calls:
            call["reply_markup"] = keyboard or ReplyKeyboardRemove().to_dict()
        if inline is not None:
            calls[-1]["reply_markup"] = inline
        elif keyboard is not None:
            for call in calls[:-1]:
                del call["reply_markup"]
        return calls if reply.file is None else [_upload(reply.file), *calls]

    def _buttons(self, buttons: Sequence[Button]) -> tuple[Call | None, list[str]]:
        """The keyboard under the message, and the numbers that can't be buttons."""
        shown: list[InlineKeyboardButton] = []
        numbers: list[str] = []
        for button in buttons:
            url = None if button.url is None else self._address(button.url)
            if button.url is not None and button.url.startswith("tel:"):
                numbers.append(_number(button.label, button.url))
            elif url is not None and button_url(url):
                shown.append(InlineKeyboardButton(_label(button.label), url=url))
            elif button.url is None:
                shown.append(InlineKeyboardButton(_label(button.label), callback_data=_id(button)))
        if len(shown) > BUTTONS:
            raise ButtonNotPossible(f"{len(shown)} buttons under one message")
        if not shown:
            return None, numbers
        widest = max(_width(button.text) for button in shown)
        each = next((count for most, count in ROWS if widest <= most), 1)
        rows = [shown[start : start + each] for start in range(0, len(shown), each)]
        return InlineKeyboardMarkup(rows).to_dict(), numbers

    def _card(self, card: Card, place: int | None) -> list[Line]:
        title = card.title if place is None else f"{place}. {card.title}"
        lines: list[Line] = [(Piece(title, bold=True),)]
        lines += [(Piece(text),) for line in card.lines for text in line.split("\n")]
        links = [piece for link in card.links if (piece := self._link(link)) is not None]
        if links:
            row: list[Piece] = []
            for link in links:
                row += [Piece(" · "), link] if row else [link]
            lines.append(tuple(row))
        return lines

    def _link(self, link: Link) -> Piece | None:
        """A link as it can be shown: Telegram opens http and https, and knows numbers by sight."""
        if link.url.startswith("tel:"):
            return Piece(_number(link.label, link.url))
        url = self._address(link.url)
        if url is None or not button_url(url):
            return None
        return Piece(link.label, href=url)

    def _address(self, url: str) -> str | None:
        """The address outside of the web chat's own page; None without one."""
        if url.startswith("/"):
            return f"{self._public_url}{url}" if self._public_url else None
        return url if urlsplit(url).scheme in ("http", "https") else None


class _Keyboards:
    """The keyboards' words in the reply's language."""

    def __init__(self, texts: Texts, language: str) -> None:
        self._words: Words = texts.words(language)
        self._traditional = language == "zh-hant"

    def said(self, key: str) -> str:
        text = self._words(f"telegram.{key}")
        return traditional(Reply(text=text)).text if self._traditional else text

    def keyboard(self, ask: str | None) -> Call | None:
        if ask == "location":
            button = KeyboardButton(self.said("share_location"), request_location=True)
        elif ask == "contact":
            button = KeyboardButton(self.said("share_contact"), request_contact=True)
        else:
            return None
        return ReplyKeyboardMarkup(
            [[button]],
            resize_keyboard=True,
            one_time_keyboard=True,
            input_field_placeholder=self.said("or_type")[:PLACEHOLDER_LENGTH],
        ).to_dict()


def guess(text: str) -> str:
    """The language that a text of the house is in, as `Texts.words` names it."""
    if language_of(text) == "en" and text.strip():
        return "en"
    return "zh-hant" if script_of(text) == "hant" else "zh"


def _message(lines: Sequence[Line]) -> Call:
    call: Call = {"method": "sendMessage", "link_preview_options": {"is_disabled": True}}
    if marked(lines):
        return {**call, "text": as_html(lines), "parse_mode": "HTML"}
    return {**call, "text": as_plain(lines)}


def _photo(picture: Picture) -> Call:
    """An article's picture with what is to be seen in it."""
    call: Call = {"method": "sendPhoto", "field": "photo", PICTURE: picture.number}
    caption = picture.alt.strip()
    return call | {"name": "photo.jpg"} | ({"caption": caption} if caption else {})


def _upload(file: Attached) -> Call:
    """A picture is shown in the chat, anything else lies there to be opened."""
    method, field = ("sendPhoto", "photo") if file.is_picture else ("sendDocument", "document")
    return {"method": method, "field": field, FILE: file.file_id, "name": file.name or "photo.jpg"}


def _venue(cards: Sequence[Card]) -> list[Call]:
    """The first place on Telegram's own map."""
    if not cards or cards[0].location is None:
        return []
    card, location = cards[0], cards[0].location
    assert location is not None
    address = location.address or (card.lines[0] if card.lines else card.title)
    return [
        {
            "method": "sendVenue",
            "latitude": location.lat,
            "longitude": location.lon,
            "title": card.title,
            "address": address,
        }
    ]


def _number(label: str, url: str) -> str:
    """Telegram has no button that dials; it makes a number in a text one that can be tapped."""
    number = url.removeprefix("tel:")
    return f"📞 {label}" if number in label else f"📞 {label} {number}"


def _id(button: Button) -> str:
    size = len(button.id.encode())
    if not 1 <= size <= CALLBACK_BYTES:
        raise ButtonNotPossible(f"the id of a button has {size} bytes")
    return button.id


def _label(label: str) -> str:
    if not label.strip():
        raise ButtonNotPossible("a button has no label")
    return label


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def without_marks(call: Mapping[str, Any]) -> Call | None:
    """The same message as plain text without buttons, for when Telegram refuses the full one."""
    if call.get("method") != "sendMessage" or not ({"parse_mode", "reply_markup"} & set(call)):
        return None
    plainer = {k: v for k, v in call.items() if k not in ("parse_mode", "reply_markup")}
    if call.get("parse_mode") == "HTML":
        plainer["text"] = _strip(call["text"])
    return plainer


def _strip(marked_up: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", marked_up))

"""What an update of Telegram says, in the house's words. No network, no store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import CallbackQuery, Contact, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from actions.content import Contact as OwnContact
from actions.content import Content, Document, Location, Press, Sticker, Text
from bot.images import MAX_BYTES
from nlu.normalise import MAX_READ

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that the bot asks for (`allowed_updates`)."""

COMMANDS = {"start": "r:start", "help": "r:start", "menu": "r:start"}
"""Commands that are buttons; any other is read like a text."""

PHOTOS = ("image/jpeg", "image/png", "image/webp")
"""Files that are photos after all: sent "as a file" they keep their sharpness."""

# PostgreSQL keeps no NUL, and the others are never meant by a person.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10)} | {0x7F: None}
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Fetch:
    """A file that has to be fetched before the message can be kept."""

    file_id: str
    kind: Literal["photo", "voice"]
    mime: str = ""
    seconds: int = 0
    caption: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Came:
    """One thing that a person did in a chat.

    `content` is missing while there is something to `fetch`. `external_id` is the same for a
    message and for its edits.
    """

    chat: str
    external_id: str
    content: Content | None = None
    fetch: Fetch | None = None
    private: bool = True
    edited: bool = False
    start: bool = False
    callback: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Membership:
    """The bot was blocked or let in again; or, in a group, added."""

    chat: str
    private: bool
    inside: bool
    language: str | None = None


class NotAnUpdate(ValueError):
    """Nothing that can be read, now or later."""


def read(raw: Mapping[str, Any]) -> Came | Membership | None:
    """What an update says; None for what nobody need know.

    Raises:
        NotAnUpdate: it can't be read.
    """
    try:
        return _read(raw)
    except Exception as error:
        raise NotAnUpdate(type(error).__name__) from error


def _read(raw: Mapping[str, Any]) -> Came | Membership | None:
    update = Update.de_json(dict(raw), None)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        change = update.my_chat_member
        outside = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        return Membership(
            chat=str(change.chat.id),
            private=change.chat.type == ChatType.PRIVATE,
            inside=change.new_chat_member.status not in outside,
            language=language(change.from_user.language_code),
        )
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    came = Came(
        chat=str(message.chat.id),
        external_id=f"m:{message.message_id}",
        private=message.chat.type == ChatType.PRIVATE,
        edited=update.edited_message is not None,
        language=language(message.from_user.language_code),
    )
    return _said(came, message)


def language(code: str | None) -> str | None:
    """The house's name for the language of somebody's Telegram; None for one that it hasn't."""
    spoken = (code or "").casefold().replace("_", "-")
    if spoken.startswith("en"):
        return "en"
    if spoken.startswith("zh"):
        hant = any(mark in spoken for mark in ("hant", "tw", "hk", "mo"))
        return "zh-hant" if hant else "zh"
    return None


def _pressed(query: CallbackQuery) -> Came | None:
    chat = query.message.chat if query.message is not None else None
    if chat is None:
        return None
    content = None
    if query.data:
        content = Press(id=query.data, label=_label_of(query))
    return Came(
        chat=str(chat.id),
        external_id=f"c:{query.id}",
        content=content,
        private=chat.type == ChatType.PRIVATE,
        callback=query.id,
        language=language(query.from_user.language_code),
    )


def _label_of(query: CallbackQuery) -> str | None:
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    for row in markup.inline_keyboard if markup is not None else ():
        for button in row:
            if button.callback_data == query.data:
                return button.text
    return None


def _said(came: Came, message: Message) -> Came | None:
    """The message's content, or what has to be fetched for it; None for what isn't said at all."""
    if message.text is not None:
        return _text(came, _clean(message.text))
    if came.edited:
        # A live location moves every few seconds, a caption is corrected: nothing to answer.
        return None
    if message.photo:
        sizes = [size for size in message.photo if (size.file_size or 0) <= MAX_BYTES]
        photo = (sizes or list(message.photo))[-1]
        caption = _clean(message.caption or "") or None
        return replace(came, fetch=Fetch(photo.file_id, "photo", "image/jpeg", caption=caption))
    content: Content
    if message.venue is not None:
        spot = message.venue.location
        content = Location(
            lat=spot.latitude,
            lon=spot.longitude,
            title=_clean(message.venue.title) or None,
            address=_clean(message.venue.address) or None,
        )
    elif message.location is not None:
        content = Location(lat=message.location.latitude, lon=message.location.longitude)
    elif message.contact is not None:
        content = _contact(message.contact, message)
    elif message.voice is not None or message.audio is not None:
        heard = message.voice or message.audio
        assert heard is not None
        # As it came: the library is about to change the attribute's type, and warns of it.
        seconds = int(heard.to_dict().get("duration") or 0)
        mime = heard.mime_type or "audio/ogg"
        return replace(came, fetch=Fetch(heard.file_id, "voice", mime, seconds=seconds))
    elif message.sticker is not None:
        content = Sticker(emoji=message.sticker.emoji or "")
    elif message.animation is not None or message.dice is not None:
        # An animation is a document, too, but meant as a sticker.
        content = Sticker(emoji=message.dice.emoji if message.dice is not None else "")
    elif message.document is not None:
        file = message.document
        if file.mime_type in PHOTOS and (file.file_size or 0) <= MAX_BYTES:
            caption = _clean(message.caption or "") or None
            fetch = Fetch(
                file.file_id, "photo", file.mime_type, caption=caption, name=file.file_name or ""
            )
            return replace(came, fetch=fetch)
        content = Document(name=_clean(file.file_name or ""), mime=file.mime_type or "")
    elif any((message.video, message.video_note, message.poll, message.story, message.game)):
        content = Document(mime="video/mp4" if message.video or message.video_note else "")
    else:
        return None
    return replace(came, content=content)


def _text(came: Came, text: str) -> Came | None:
    """The whole text: the engine keeps the first thousand characters when all have been read."""
    if not text:
        return None
    command = _COMMAND.fullmatch(text)
    if command is not None:
        name = command[1].casefold()
        if name in COMMANDS and came.edited:
            return None
        if name in COMMANDS:
            press = Press(id=COMMANDS[name], label=f"/{name}")
            return replace(came, content=press, start=True)
        text = f"{command[1]} {command[2] or ''}".strip()
    return replace(came, content=Text(text=text[:MAX_READ]))


def _contact(contact: Contact, message: Message) -> Content:
    """A contact is the sender's own only if Telegram itself says whose it is."""
    assert message.from_user is not None
    own = contact.user_id is not None and contact.user_id == message.from_user.id
    digits = re.sub(r"[^\d+]", "", contact.phone_number)
    if own and not digits.startswith("+"):
        # Telegram knows its users by the international number, and leaves the sign out or not.
        digits = f"+{digits}"
    name = _clean(" ".join(filter(None, (contact.first_name, contact.last_name))))
    return OwnContact(phone=digits, name=name or None, own=own)


def _clean(text: str) -> str:
    return text.translate(_CONTROLS).encode("utf-8", "replace").decode("utf-8").strip()

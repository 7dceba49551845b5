"""What the Bot API accepts, and in which words it refuses the rest."""

from __future__ import annotations

import html
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bot.channels.telegram_limits import (
    BUTTONS,
    BUTTONS_PER_ROW,
    CALLBACK_ANSWER_LENGTH,
    CALLBACK_BYTES,
    CAPTION_LENGTH,
    PLACEHOLDER_LENGTH,
    TEXT_LENGTH,
    button_url,
    length,
)

Params = Mapping[str, Any]

#: https://core.telegram.org/bots/api#sendphoto: "at most 10 MB in size".
PHOTO_BYTES = 10 * 1024 * 1024
#: https://core.telegram.org/bots/api#html-style
TAGS = frozenset(
    "b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote".split()
)
#: https://core.telegram.org/bots/api#inlinekeyboardbutton: exactly one of them.
INLINE_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
#: https://core.telegram.org/bots/api#sendchataction
ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


class ApiRefusal(Exception):
    """An answer with `"ok": false`."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


def bad(description: str) -> ApiRefusal:
    """400, as Telegram writes it."""
    return ApiRefusal(400, f"Bad Request: {description}")


def text_of(params: Params, name: str = "text", most: int = TEXT_LENGTH) -> str:
    """The text as it is shown.

    Raises:
        ApiRefusal: it is empty, too long, or its marks can't be read.
    """
    text = params.get(name, "")
    if not isinstance(text, str):
        raise bad(f'can\'t parse {name}: Field "{name}" must be of type String')
    mode = str(params.get("parse_mode", ""))
    if mode.casefold() == "html":
        text = _Html.shown(text)
    elif mode:
        raise bad("unsupported parse_mode")
    text = text.strip()
    if not text:
        raise bad("message text is empty")
    if length(text) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    return text


def caption_of(params: Params) -> str:
    """A photo's caption."""
    return text_of(params, "caption", CAPTION_LENGTH) if params.get("caption") else ""


def check_photo(photo: Any) -> None:
    """A photo's bytes; a text would be an address or a number of Telegram's own."""
    if isinstance(photo, str):
        return
    if not isinstance(photo, bytes):
        raise bad('can\'t parse photo: Field "photo" must be of type String')
    if len(photo) > PHOTO_BYTES:
        raise bad("file is too big")
    if not photo.startswith(b"\xff\xd8\xff"):
        raise bad("IMAGE_PROCESS_FAILED")


def number_of(params: Params, name: str) -> float:
    """A required number.

    Raises:
        ApiRefusal: it is missing or none.
    """
    if params.get(name) in (None, ""):
        raise bad(f"{name} is empty")
    try:
        return float(params[name])
    except (TypeError, ValueError):
        raise bad(f"can't parse {name}") from None


def place_of(params: Params) -> tuple[float, float]:
    """Latitude and longitude."""
    lat, lon = number_of(params, "latitude"), number_of(params, "longitude")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise bad("wrong location specified")
    return lat, lon


def markup_of(params: Params, *, private: bool) -> dict[str, Any] | None:
    """The keyboard of a message.

    Raises:
        ApiRefusal: Telegram would not have it.
    """
    markup = params.get("reply_markup")
    if markup in (None, ""):
        return None
    if isinstance(markup, str):
        try:
            markup = json.loads(markup)
        except ValueError:
            raise bad("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_keyboard(markup, private=private)
    elif markup.get("remove_keyboard") is not True and "force_reply" not in markup:
        raise bad("can't parse reply keyboard markup: no keyboard in it")
    return dict(markup)


def _check_inline(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_PER_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not isinstance(button.get("text"), str):
            raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
        if not button["text"].strip():
            raise bad("can't parse inline keyboard button: Text must be non-empty")
        actions = [name for name in INLINE_ACTIONS if name in button]
        if len(actions) != 1 or button[actions[0]] in ("", None):
            raise bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline "
                "keyboard"
            )
        if "callback_data" in button:
            data = button["callback_data"]
            if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_BYTES:
                raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not button_url(str(button["url"])):
            scheme = str(button["url"]).partition(":")[0]
            why = "Wrong HTTP URL" if scheme in ("http", "https") else "Unsupported URL protocol"
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {why}")


def _check_keyboard(markup: Params, *, private: bool) -> None:
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse reply keyboard: Field "keyboard" must be of type Array of Array')
    if length(str(markup.get("input_field_placeholder", ""))) > PLACEHOLDER_LENGTH:
        raise bad("reply keyboard placeholder is too long")
    for button in (button for row in rows for button in row):
        text = button if isinstance(button, str) else button.get("text")
        if not isinstance(text, str) or not text.strip():
            raise bad('can\'t parse keyboard button: Field "text" must be of type String')
        if isinstance(button, dict) and not private:
            if button.get("request_contact"):
                raise bad("phone number can be requested in private chats only")
            if button.get("request_location"):
                raise bad("location can be requested in private chats only")


def check_action(params: Params) -> None:
    """`sendChatAction`'s action."""
    if params.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")


def check_callback_answer(params: Params) -> None:
    """`answerCallbackQuery`'s text."""
    if length(str(params.get("text") or "")) > CALLBACK_ANSWER_LENGTH:
        raise bad("MESSAGE_TOO_LONG")


class _Html(HTMLParser):
    """Reads what `parse_mode` HTML allows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text: list[str] = []
        self._open: list[str] = []

    @classmethod
    def shown(cls, marked: str) -> str:
        reader = cls()
        reader.feed(marked)
        reader.close()
        if reader._open:
            raise bad(
                "can't parse entities: Can't find end tag corresponding to start tag "
                f'"{reader._open[-1]}"'
            )
        return "".join(reader.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            raise bad("can't parse entities: Unexpected end tag at byte offset 0")
        self._open.pop()

    def handle_entityref(self, name: str) -> None:
        self.text.append(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(html.unescape(f"&#{name};"))

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise bad("can't parse entities: Unclosed start tag at byte offset 0")
        self.text.append(data)


@dataclass
class Tempo:
    """The platform's patience: a chat's and the bot's.

    Real Telegram lets short bursts pass; `burst` is how many messages a chat may get ahead of its
    one a second.
    """

    per_chat: float = 1.0
    burst: int = 3
    overall: int = 30
    window: float = 1.0
    _levels: dict[int, tuple[float, float]] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def wait(self, chat: int, now: float) -> int | None:
        """Take one message; seconds to wait if it comes too soon."""
        while self._recent and self._recent[0] <= now - self.window:
            self._recent.popleft()
        if self.overall and len(self._recent) >= self.overall:
            return 1
        if self.per_chat:
            level, at = self._levels.get(chat, (float(self.burst), now))
            level = min(float(self.burst), level + (now - at) / self.per_chat)
            # A little slack: a second on the sender's clock may be a hair less on the wire.
            if level < 0.98:
                return max(1, round((1 - level) * self.per_chat))
            self._levels[chat] = (level - 1, now)
        self._recent.append(now)
        return None

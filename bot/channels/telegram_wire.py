"""Telegram as the sender sees it: what became of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from bot.article_pictures import ArticlePictures
from bot.channels.telegram_api import NotConnected, Refused, TelegramApi, TelegramError, Unclear
from bot.channels.telegram_limits import TEXT_LENGTH, length
from bot.channels.telegram_render import FILE, PICTURE, guess, without_marks
from bot.sender import Arrived, Delivery, Never, NotYet, Unsure
from bot.wording import Texts
from knowledge.sending import Sending

log = structlog.get_logger()

FLOOD_WAIT = 5.0
"""Seconds to wait after a 429 that doesn't say how long."""

NOT_OURS_WAIT = 30.0
"""Seconds to wait where the bot as a whole is not let in: a wrong token, a wrong address."""

BLOCKED = ("blocked by the user", "user is deactivated", "can't initiate conversation")
"""Of 403's descriptions those after which nothing more reaches this rider."""


class Files(Protocol):
    """Opens what is kept sealed (`bot/photos.py`)."""

    async def read(self, conversation: int, file_id: int, /) -> tuple[str, bytes]:
        """(mime, bytes). Raises LookupError: this conversation has no such file."""
        ...


class TelegramWire:
    """Makes the outbox's calls."""

    def __init__(
        self, api: TelegramApi, texts: Texts, files: Files, pictures: ArticlePictures
    ) -> None:
        self._api, self._texts = api, texts
        self._files, self._pictures = files, pictures

    async def deliver(self, sending: Sending) -> Delivery:
        """Make the call; one that Telegram won't have with its buttons goes without them."""
        if FILE in sending.body or PICTURE in sending.body:
            return await self._upload(sending)
        call = {**sending.body, "chat_id": int(sending.key)}
        if sending.repeated:
            call = self._as_repeat(call)
        try:
            return await self._call(call)
        except Refused as error:
            plainer = without_marks(call)
            hopeless = error.code != 400 or error.bare or "chat not found" in error.description
            if hopeless or plainer is None:
                return outcome(error)
            log.error("telegram.plainer", why=error.description)
        except TelegramError as error:
            return outcome(error)
        try:
            return await self._call(plainer)
        except TelegramError as error:
            return outcome(error)

    async def _upload(self, sending: Sending) -> Delivery:
        """A picture or a document: the call names what is kept, its bytes are read now."""
        call = sending.body
        try:
            mime, body = await self._kept(sending)
        except LookupError:
            return Never("the file has gone")
        told = {name: call[name] for name in ("caption",) if name in call}
        try:
            return _arrived(
                await self._api.upload(
                    call["method"], call["field"], call["name"], mime, body,
                    chat_id=sending.key, **told,
                )
            )  # fmt: skip
        except TelegramError as error:
            return outcome(error)

    async def _kept(self, sending: Sending) -> tuple[str, bytes]:
        """What a call names. Raises LookupError: it has gone."""
        if PICTURE in sending.body:
            picture = await self._pictures.read(int(sending.body[PICTURE]))
            return picture.mime, picture.body
        return await self._files.read(sending.conversation, int(sending.body[FILE]))

    async def _call(self, call: Mapping[str, Any]) -> Arrived:
        params = {name: value for name, value in call.items() if name != "method"}
        return _arrived(await self._api.call(call["method"], **params))

    def _as_repeat(self, call: dict[str, Any]) -> dict[str, Any]:
        """A crisis reply that may have arrived before says so."""
        text = call.get("text")
        if not isinstance(text, str):
            return call
        marked = f"{self._texts.words(guess(text))('telegram.again')}\n{text}"
        return {**call, "text": marked} if length(marked) <= TEXT_LENGTH else call


def _arrived(result: Any) -> Arrived:
    number = result.get("message_id") if isinstance(result, dict) else None
    return Arrived(None if number is None else str(number))


def outcome(error: TelegramError) -> Delivery:
    """What an error means for the message."""
    if isinstance(error, NotConnected):
        return NotYet(f"not connected: {error}", everybody=True)
    if isinstance(error, Unclear):
        return Unsure(str(error))
    if not isinstance(error, Refused):
        raise error
    if error.code == 429:
        return NotYet(str(error), error.retry_after or FLOOD_WAIT, flood=True)
    if error.code in (401, 404) or error.bare:
        return NotYet(str(error), NOT_OURS_WAIT, everybody=True)
    if error.code >= 500:
        return NotYet(str(error))
    if error.code == 403:
        blocked = any(words in error.description for words in BLOCKED)
        return Never(str(error), blocked=blocked)
    return Never(str(error))

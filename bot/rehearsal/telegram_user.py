"""A person with Telegram on their phone, played."""

from __future__ import annotations

import asyncio
import copy
import time
from typing import Any

from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_chats import Chat, Message

PATIENCE = 10.0
"""Seconds in which the bot has answered, or doesn't."""


class NothingToPress(LookupError):
    """There is no such button."""


class TelegramUser:
    """Writes to the bot and reads what it answers. Every act returns the update's number."""

    def __init__(
        self,
        telegram: FakeTelegram,
        number: int = 7001,
        *,
        name: str = "骑手",
        language: str | None = "zh-hans",
        phone: str = "8613900000001",
    ) -> None:
        self.telegram = telegram
        self.number, self.name, self.phone = number, name, phone
        self.language = language
        self._read = 0

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.telegram.chat(self.number)

    # What the person does

    async def text(self, text: str) -> int:
        return await self._message(text=text)

    async def start(self) -> int:
        return await self.text("/start")

    async def location(self, lat: float, lon: float, **more: Any) -> int:
        return await self._message(location={"latitude": lat, "longitude": lon, **more})

    async def venue(self, lat: float, lon: float, title: str, address: str) -> int:
        spot = {"latitude": lat, "longitude": lon}
        return await self._message(
            venue={"location": spot, "title": title, "address": address}, location=spot
        )

    async def contact(self, phone: str | None = None, owner: int | None = None) -> int:
        """The person's own contact; somebody else's, with that person's number or none."""
        own = phone is None
        contact: dict[str, Any] = {"phone_number": phone or self.phone, "first_name": self.name}
        if own or owner is not None:
            contact["user_id"] = self.number if own else owner
        return await self._message(contact=contact)

    async def photo(self, body: bytes, caption: str | None = None) -> int:
        sizes = [
            {**self._file(body), "width": 90, "height": 90},
            {**self._file(body), "width": 1280, "height": 960},
        ]
        more = {} if caption is None else {"caption": caption}
        return await self._message(photo=sizes, **more)

    async def document(self, body: bytes, name: str, mime: str) -> int:
        return await self._message(
            document={**self._file(body), "file_name": name, "mime_type": mime}
        )

    async def voice(self, body: bytes = b"OggS", seconds: int = 3) -> int:
        return await self._message(
            voice={**self._file(body), "duration": seconds, "mime_type": "audio/ogg"}
        )

    async def sticker(self, emoji: str = "👍") -> int:
        return await self._message(
            sticker={
                **self._file(b"webp"), "type": "regular", "width": 512, "height": 512,
                "is_animated": False, "is_video": False, "emoji": emoji,
            }
        )  # fmt: skip

    async def edit(self, text: str, message_id: int | None = None) -> int:
        """Correct a message of one's own, the last one if no other is named."""
        own = [message for message in self.chat.messages if not message.by_bot]
        number = message_id or own[-1].message_id
        body = {**self._said(number), "text": text, "edit_date": int(time.time())}
        return await self._bring(edited_message=body)

    async def press(self, label: str, message: Message | None = None) -> int:
        """Press a button with `label` in it, of the newest message that has one.

        Raises:
            NothingToPress: there is none, or it opens an address.
        """
        shown = [message] if message is not None else self.chat.from_bot[::-1]
        found = [(m, b) for m in shown for b in m.buttons if label in b["text"]]
        exact = [(m, b) for m, b in found if b["text"] == label]
        for under, button in exact or found:
            if "callback_data" not in button:
                continue
            sender = self._me()
            return await self._bring(
                callback_query={
                    "id": self.telegram.callback(),
                    "from": sender,
                    "chat_instance": str(self.number),
                    "data": button["callback_data"],
                    "message": {
                        "message_id": under.message_id,
                        "date": int(time.time()),
                        "chat": self._where(),
                        "text": under.text,
                        "reply_markup": copy.deepcopy(under.markup),
                    },
                }
            )
        raise NothingToPress(label)

    async def tap_keyboard(self, *, lat: float = 37.5, lon: float = 121.4) -> int:
        """Press the button below the input field: share one's position, or one's number.

        Raises:
            NothingToPress: no keyboard is up.
        """
        keyboard = self.chat.keyboard
        if keyboard is None:
            raise NothingToPress("no keyboard is up")
        button = keyboard["keyboard"][0][0]
        if button.get("request_location"):
            return await self.location(lat, lon)
        if button.get("request_contact"):
            return await self.contact()
        return await self.text(button["text"])

    async def group_text(self, text: str, group: int = -4001) -> int:
        """Write in a group that the bot is in."""
        self.telegram.chat(group, "group")
        message = {
            "message_id": self.telegram.next_message(), "date": int(time.time()),
            "chat": {"id": group, "type": "group", "title": "站点群"}, "from": self._me(),
            "text": text,
        }  # fmt: skip
        return await self._bring(message=message)

    async def block(self, *, told: bool = True) -> int | None:
        """Block the bot; with `told` the bot hears of it by an update, too."""
        self.chat.blocked = True
        return await self._changed("member", "kicked") if told else None

    async def unblock(self) -> int:
        self.chat.blocked = False
        return await self._changed("kicked", "member")

    # What the person sees

    def unread(self) -> list[Message]:
        """What the bot wrote since the last look."""
        shown = self.chat.from_bot
        new, self._read = shown[self._read :], len(shown)
        return new

    async def hears(self, count: int = 1, seconds: float = PATIENCE) -> list[Message]:
        """Wait for so many new messages.

        Raises:
            TimeoutError: they don't come.
        """
        async with asyncio.timeout(seconds):
            while len(self.chat.from_bot) < self._read + count:
                self.chat.grown.clear()
                await self.chat.grown.wait()
        return self.unread()

    # Small parts

    async def _message(self, **content: Any) -> int:
        number = self.telegram.next_message()
        self.chat.messages.append(
            Message(number, False, self.telegram.clock(), text=str(content.get("text", "")))
        )
        return await self._bring(message={**self._said(number), **content})

    async def _changed(self, before: str, after: str) -> int:
        bot = {"id": int(self.telegram.token.partition(":")[0]), "is_bot": True, "first_name": "b"}
        old: dict[str, Any] = {"user": bot, "status": before}
        new: dict[str, Any] = {"user": bot, "status": after}
        for member in (old, new):
            if member["status"] == "kicked":
                member["until_date"] = 0
        return await self._bring(
            my_chat_member={
                "chat": self._where(), "from": self._me(), "date": int(time.time()),
                "old_chat_member": old, "new_chat_member": new,
            }
        )  # fmt: skip

    async def _bring(self, **content: Any) -> int:
        _ = self.chat
        update = self.telegram.updates.make(**content)
        await self.telegram.updates.deliver(update)
        return int(update["update_id"])

    def _said(self, number: int) -> dict[str, Any]:
        return {
            "message_id": number,
            "date": int(time.time()),
            "chat": self._where(),
            "from": self._me(),
        }

    def _where(self) -> dict[str, Any]:
        return {"id": self.number, "type": "private", "first_name": self.name}

    def _me(self) -> dict[str, Any]:
        me: dict[str, Any] = {"id": self.number, "is_bot": False, "first_name": self.name}
        return me if self.language is None else {**me, "language_code": self.language}

    def _file(self, body: bytes) -> dict[str, Any]:
        name = self.telegram.file(body)
        return {"file_id": name, "file_unique_id": name, "file_size": len(body)}

"""A Telegram that is none: the Bot API on loopback, with its limits, its words and its faults.

Tests and `gongyou converse` play riders on it (`telegram_user`). It refuses what Telegram refuses,
and keeps every refusal that the bot brought upon itself, so that a test can fail on it.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiohttp import web

from bot.rehearsal.telegram_chats import Chat, Fault, Message, Plan, Violation, go_wrong, refused
from bot.rehearsal.telegram_rules import (
    ApiRefusal,
    Params,
    Tempo,
    bad,
    caption_of,
    check_action,
    check_callback_answer,
    check_photo,
    markup_of,
    place_of,
    text_of,
)
from bot.rehearsal.telegram_updates import Updates

__all__ = ["SENDS", "TOKEN", "Chat", "FakeTelegram", "Fault", "Message", "Tempo"]

TOKEN = "100001:rehearsal-token-of-nobody"  # noqa: S105
SENDS = ("sendmessage", "sendvenue", "sendlocation", "sendphoto", "senddocument")


class FakeTelegram:
    """The Bot API of one bot. `url` is what `GONGYOU_TELEGRAM_API_URL` names."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        tempo: Tempo | None = None,
        clock: Callable[[], float] = time.monotonic,
        retry_webhook: float = 0.2,
    ) -> None:
        self.token = token
        self.tempo = tempo or Tempo()
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.violations: list[Violation] = []
        self.calls: list[tuple[str, Params]] = []
        self.callbacks_answered: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.updates = Updates(clock, retry=retry_webhook)
        self.plan: Plan | None = None
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._callbacks: set[str] = set()
        self._numbers = itertools.count(1000)
        self._runner: web.AppRunner | None = None
        self._port = 0

    # Being there

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Listen; after `stop` again under the same address."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Not be there: connections are refused. Everything is remembered."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        """Go."""
        await self.updates.close()
        await self.stop()

    # What happens on purpose

    def fail(self, *faults: Fault, method: str = "sendmessage") -> None:
        """The next calls of a method go wrong, one after the other."""
        self._faults[method.casefold()].extend(faults)

    def check(self) -> None:
        """Fail on whatever Telegram would not have liked.

        Raises:
            AssertionError: with the calls and Telegram's words.
        """
        told = [f"{one.method}: {one.description}: {dict(one.params)}" for one in self.violations]
        assert not told, "Telegram's limits were broken:\n" + "\n".join(told)

    # People

    def chat(self, number: int, kind: str = "private") -> Chat:
        """A chat, begun if it is new."""
        return self.chats.setdefault(number, Chat(number, kind))

    def next_message(self) -> int:
        """A new message's number."""
        return next(self._numbers)

    def file(self, body: bytes) -> str:
        """Somebody sends a file; its `file_id`."""
        name = f"file{len(self.files) + 1}"
        self.files[name] = body
        return name

    def callback(self) -> str:
        """A new press's id."""
        number = str(10**15 + len(self._callbacks))
        self._callbacks.add(number)
        return number

    # The Bot API

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].casefold()
        try:
            if request.match_info["token"] != self.token:
                raise ApiRefusal(401, "Unauthorized")
            params = await _params(request)
            self.calls.append((method, params))
            handler = self._methods().get(method)
            if handler is None:
                raise ApiRefusal(404, "Not Found")
            return await self._answered(request, method, params, handler)
        except ApiRefusal as refusal:
            return refused(refusal)

    async def _answered(
        self,
        request: web.Request,
        method: str,
        params: Params,
        handler: Callable[[Params], Awaitable[Any]],
    ) -> web.StreamResponse:
        fault = self._fault(method, params)
        if fault is not None and not fault.kind.startswith("accept"):
            return await go_wrong(request, fault)
        try:
            result = await handler(params)
        except ApiRefusal as refusal:
            if refusal.code in (400, 429):
                self.violations.append(Violation(method, refusal.description, params))
            raise
        if fault is None:
            return web.json_response({"ok": True, "result": result})
        if isinstance(result, dict) and "chat" in result:
            for message in self.chats[result["chat"]["id"]].messages[::-1]:
                if message.message_id == result["message_id"]:
                    message.answered = False
                    break
        return await go_wrong(request, fault)

    def _fault(self, method: str, params: Params) -> Fault | None:
        if self._faults[method]:
            return self._faults[method].popleft()
        if self.plan is not None and method in SENDS:
            return self.plan(method, params)
        return None

    def _methods(self) -> dict[str, Callable[[Params], Awaitable[Any]]]:
        return {
            "getme": self._get_me,
            "getupdates": self.updates.poll,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
            "sendmessage": self._send_message,
            "sendvenue": self._send_venue,
            "sendlocation": self._send_location,
            "sendphoto": self._send_photo,
            "senddocument": self._send_document,
            "sendchataction": self._send_action,
            "answercallbackquery": self._answer_callback,
            "editmessagereplymarkup": self._edit_markup,
            "getfile": self._get_file,
        }

    async def _get_me(self, _: Params) -> dict[str, Any]:
        bot = int(self.token.partition(":")[0])
        return {"id": bot, "is_bot": True, "first_name": "工友", "username": "gongyou_test_bot"}

    async def _set_webhook(self, params: Params) -> bool:
        url = str(params.get("url") or "")
        local = url.startswith("http://127.0.0.1")
        if url and not (url.startswith("https://") or local):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self._drops("setwebhook", params)
        await self.updates.set_webhook(dict(params) if url else None)
        return True

    async def _delete_webhook(self, params: Params) -> bool:
        self._drops("deletewebhook", params)
        await self.updates.set_webhook(None)
        return True

    def _drops(self, method: str, params: Params) -> None:
        """Telegram allows it; a bot that must lose nothing doesn't ask for it."""
        if params.get("drop_pending_updates"):
            self.violations.append(Violation(method, "pending updates dropped", params))
            self.updates.drop()

    async def _webhook_info(self, _: Params) -> dict[str, Any]:
        webhook = self.updates.webhook
        return {
            "url": webhook["url"] if webhook is not None else "",
            "has_custom_certificate": False,
            "pending_update_count": self.updates.waiting,
        }

    async def _send_message(self, params: Params) -> dict[str, Any]:
        return await self._send("sendMessage", params, text_of(params))

    async def _send_venue(self, params: Params) -> dict[str, Any]:
        place_of(params)
        for name in ("title", "address"):
            if not str(params.get(name) or "").strip():
                raise bad(f"venue {name} must be non-empty")
        text = f"{params['title']}\n{params['address']}"
        return await self._send("sendVenue", params, text)

    async def _send_location(self, params: Params) -> dict[str, Any]:
        place_of(params)
        return await self._send("sendLocation", params, "")

    async def _send_photo(self, params: Params) -> dict[str, Any]:
        if not params.get("photo"):
            raise bad("there is no photo in the request")
        check_photo(params["photo"])
        return await self._send("sendPhoto", params, caption_of(params))

    async def _send_document(self, params: Params) -> dict[str, Any]:
        if not params.get("document"):
            raise bad("there is no document in the request")
        return await self._send("sendDocument", params, caption_of(params))

    async def _send(self, method: str, params: Params, text: str) -> dict[str, Any]:
        chat = self._reach(params)
        markup = markup_of(params, private=chat.type == "private")
        now = self.clock()
        wait = self.tempo.wait(chat.id, now)
        if wait is not None:
            raise ApiRefusal(429, f"Too Many Requests: retry after {wait}", wait)
        message = Message(self.next_message(), True, now, method, text, params, markup)
        chat.messages.append(message)
        if markup is not None and "keyboard" in markup:
            chat.keyboard = markup
        elif markup is not None and "remove_keyboard" in markup:
            chat.keyboard = None
        chat.grown.set()
        return {
            "message_id": message.message_id,
            "date": int(time.time()),
            "chat": {"id": chat.id, "type": chat.type},
            "text": text,
        }

    def _reach(self, params: Params) -> Chat:
        if params.get("chat_id") in (None, ""):
            raise bad("chat_id is empty")
        try:
            chat = self.chats.get(int(params["chat_id"]))
        except (TypeError, ValueError):
            chat = None
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise ApiRefusal(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise ApiRefusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    async def _send_action(self, params: Params) -> bool:
        check_action(params)
        self._reach(params).actions.append((self.clock(), str(params["action"])))
        return True

    async def _answer_callback(self, params: Params) -> bool:
        check_callback_answer(params)
        number = str(params.get("callback_query_id", ""))
        if number not in self._callbacks:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.callbacks_answered.add(number)
        return True

    async def _edit_markup(self, params: Params) -> dict[str, Any]:
        chat = self._reach(params)
        markup = markup_of(params, private=chat.type == "private")
        number = int(params.get("message_id") or 0)
        found = next((m for m in chat.from_bot if m.message_id == number), None)
        if found is None:
            raise bad("message to edit not found")
        if found.markup is not None and "inline_keyboard" not in found.markup:
            raise bad("message can't be edited")
        if found.markup == markup:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        found.markup = markup
        return {"message_id": number, "date": int(time.time()), "chat": {"id": chat.id}}

    async def _get_file(self, params: Params) -> dict[str, Any]:
        name = str(params.get("file_id", ""))
        if name not in self.files:
            raise bad("invalid file_id")
        size = len(self.files[name])
        if size > 20_000_000:
            raise bad("file is too big")
        return {
            "file_id": name, "file_unique_id": name, "file_size": size, "file_path": f"all/{name}",
        }  # fmt: skip

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        body = self.files.get(request.match_info["path"].removeprefix("all/"))
        if request.match_info["token"] != self.token or body is None:
            return refused(ApiRefusal(404, "Not Found"))
        return web.Response(body=body)


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("can't parse JSON object")
        return body
    found: dict[str, Any] = dict(request.query)
    for name, value in (await request.post()).items():
        found[name] = value.file.read() if isinstance(value, web.FileField) else value
    for name in ("allowed_updates",):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found

"""A Telegram that is none: the Bot API on loopback, with its limits, its words and its faults.

Tests and `gongyou converse` play riders on it (`telegram_user`). It refuses what Telegram refuses,
and keeps every refusal that the bot brought upon itself, so that a test can fail on it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import aiohttp
from aiohttp import web

from bot.rehearsal.telegram_rules import (
    ApiRefusal,
    Params,
    Tempo,
    bad,
    caption_of,
    check_action,
    check_callback_answer,
    markup_of,
    place_of,
    text_of,
)

TOKEN = "100001:rehearsal-token-of-nobody"  # noqa: S105
SENDS = ("sendmessage", "sendvenue", "sendlocation", "sendphoto")

FaultKind = Literal[
    "accept_and_hang",  # taken, and never answered
    "accept_and_drop",  # taken, and the connection breaks
    "accept_and_502",  # taken, and a gateway answers without the Bot API's JSON
    "hang",  # not taken, and never answered
    "502",  # not taken, a gateway answers
    "500",  # not taken, and the Bot API says so
    "429",  # too fast, says the Bot API
]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one call."""

    kind: FaultKind
    retry_after: int = 1


Plan = Callable[[str, Params], Fault | None]
"""What goes wrong: asked at every call that sends (method in lower case, parameters)."""


@dataclass(frozen=True)
class Violation:
    """A call that Telegram would not have liked."""

    method: str
    description: str
    params: Params


@dataclass
class Message:
    """A message in a chat, by whom it may be."""

    message_id: int
    by_bot: bool
    at: float
    method: str = ""
    text: str = ""
    params: Params = field(default_factory=dict)
    markup: dict[str, Any] | None = None
    answered: bool = True
    """Whether the bot heard that it was taken."""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons under it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass
class Chat:
    """A chat as its people see it."""

    id: int
    type: str = "private"
    started: bool = True
    blocked: bool = False
    messages: list[Message] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    """The keyboard in place of the phone's own, if the bot has put one up."""
    actions: list[tuple[float, str]] = field(default_factory=list)
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def from_bot(self) -> list[Message]:
        """What the bot has written."""
        return [message for message in self.messages if message.by_bot]


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
        self.webhook: dict[str, Any] | None = None
        self.plan: Plan | None = None
        self.poll_faults: deque[Fault] = deque()
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._callbacks: set[str] = set()
        self._numbers = itertools.count(1000)
        self._update_ids = itertools.count(500_000)
        self._updates: dict[int, dict[str, Any]] = {}
        self._history: dict[int, dict[str, Any]] = {}
        self._arrived = asyncio.Event()
        self._polling = 0
        self._retry_webhook = retry_webhook
        self._pushing: dict[Any, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
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
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.stop()
        if self._client is not None:
            await self._client.close()

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

    # Updates

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

    def make(self, **content: Any) -> dict[str, Any]:
        """A new update, not delivered yet."""
        update = {"update_id": next(self._update_ids), **content}
        self._history[update["update_id"]] = update
        return update

    async def deliver(self, *updates: Mapping[str, Any]) -> None:
        """Bring updates to the bot, in this order: again and in any order, if a test wants it."""
        for update in updates:
            if self.webhook is not None:
                task = asyncio.create_task(self._push(dict(update)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                # Telegram brings one chat's updates one after the other.
                await asyncio.sleep(0)
            else:
                self._updates[int(update["update_id"])] = dict(update)
        self._arrived.set()

    async def repeat(self, update_ids: Iterable[int]) -> None:
        """Bring updates a second time."""
        await self.deliver(*(self._history[number] for number in update_ids))

    @property
    def waiting(self) -> int:
        """Updates that the bot has not confirmed."""
        return len(self._updates) + len(self._tasks)

    async def _push(self, update: dict[str, Any]) -> None:
        lock = self._pushing.setdefault(_chat_of(update), asyncio.Lock())
        async with lock:
            while self.webhook is not None:
                if await self.bring(update) // 100 == 2:
                    return
                await asyncio.sleep(self._retry_webhook)
            self._updates[int(update["update_id"])] = update
            self._arrived.set()

    async def bring(self, update: Mapping[str, Any], *, secret: str | None = None) -> int:
        """Bring one update to the webhook once; the HTTP status, 0 if it wasn't reached."""
        assert self.webhook is not None
        if self._client is None:
            self._client = aiohttp.ClientSession()
        shown = self.webhook.get("secret_token", "") if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": shown} if shown else {}
        try:
            async with self._client.post(
                self.webhook["url"], json=dict(update), headers=headers
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError):
            return 0

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
            return _refused(refusal)

    async def _answered(
        self,
        request: web.Request,
        method: str,
        params: Params,
        handler: Callable[[Params], Awaitable[Any]],
    ) -> web.StreamResponse:
        fault = self._fault(method, params)
        if fault is not None and not fault.kind.startswith("accept"):
            return await _go_wrong(request, fault)
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
        return await _go_wrong(request, fault)

    def _fault(self, method: str, params: Params) -> Fault | None:
        if self._faults[method]:
            return self._faults[method].popleft()
        if self.plan is not None and method in SENDS:
            return self.plan(method, params)
        return None

    def _methods(self) -> dict[str, Callable[[Params], Awaitable[Any]]]:
        return {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
            "sendmessage": self._send_message,
            "sendvenue": self._send_venue,
            "sendlocation": self._send_location,
            "sendphoto": self._send_photo,
            "sendchataction": self._send_action,
            "answercallbackquery": self._answer_callback,
            "editmessagereplymarkup": self._edit_markup,
            "getfile": self._get_file,
        }

    async def _get_me(self, _: Params) -> dict[str, Any]:
        bot = int(self.token.partition(":")[0])
        return {"id": bot, "is_bot": True, "first_name": "工友", "username": "gongyou_test_bot"}

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise ApiRefusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        self._polling += 1
        mine = self._polling
        offset = int(params.get("offset") or 0)
        self._updates = {n: update for n, update in self._updates.items() if n >= offset}
        deadline = self.clock() + min(int(params.get("timeout") or 0), 50)
        while not self._updates and self.clock() < deadline:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), 0.05)
            except TimeoutError:
                pass
            if self._polling != mine:
                raise ApiRefusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running",
                )
        wanted = params.get("allowed_updates") or []
        ready = [self._updates[number] for number in sorted(self._updates)]
        kept = [update for update in ready if not wanted or set(update) & set(wanted)]
        return kept[: min(int(params.get("limit") or 100), 100)]

    async def _set_webhook(self, params: Params) -> bool:
        url = str(params.get("url") or "")
        local = url.startswith("http://127.0.0.1")
        if url and not (url.startswith("https://") or local):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if params.get("drop_pending_updates"):
            self.violations.append(Violation("setwebhook", "pending updates dropped", params))
            self._updates.clear()
        self.webhook = dict(params) if url else None
        pending = [self._updates[number] for number in sorted(self._updates)]
        if self.webhook is not None and pending:
            self._updates.clear()
            await self.deliver(*pending)
        return True

    async def _delete_webhook(self, params: Params) -> bool:
        if params.get("drop_pending_updates"):
            self.violations.append(Violation("deletewebhook", "pending updates dropped", params))
            self._updates.clear()
        self.webhook = None
        return True

    async def _webhook_info(self, _: Params) -> dict[str, Any]:
        url = self.webhook["url"] if self.webhook is not None else ""
        return {
            "url": url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
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
        return await self._send("sendPhoto", params, caption_of(params))

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
            return _refused(ApiRefusal(404, "Not Found"))
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


def _refused(refusal: ApiRefusal) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(body, status=refusal.code)


async def _go_wrong(request: web.Request, fault: Fault) -> web.StreamResponse:
    kind = fault.kind.removeprefix("accept_and_")
    if kind == "500":
        return _refused(ApiRefusal(500, "Internal Server Error"))
    if kind == "429":
        wait = fault.retry_after
        return _refused(ApiRefusal(429, f"Too Many Requests: retry after {wait}", wait))
    if kind == "502":
        page = "<html><head><title>502 Bad Gateway</title></head></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if kind == "hang":
        await asyncio.sleep(3600)
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


def _chat_of(update: Mapping[str, Any]) -> Any:
    query = update.get("callback_query")
    message = (query or update).get("message") or update.get("edited_message")
    if message is None:
        message = update.get("my_chat_member") or {}
    return message.get("chat", {}).get("id")

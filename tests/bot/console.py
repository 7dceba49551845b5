"""A browser of few words for the console: keeps the cookie, sends the form's token back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import ClientResponse, DummyCookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer
from jinja2.bccache import Bucket
from yarl import URL

from bot.channels.web import build_web
from bot.channels.web_parts import WebParts
from bot.console.parts import ConsoleParts
from bot.console.routes import add_console
from tests.bot.door import Door
from tests.bot.web_house import House

TOKEN = re.compile(r'name="_token" value="([0-9a-f]+)"')


class Compiled(jinja2.BytecodeCache):
    """What the servers before have compiled of the templates: half of a page's first showing."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def build(door: Door, public_url: str = "", **more: Any) -> Any:
    """The web application with the console in it, over the door's database; `more` are parts."""
    house = House()
    web = WebParts(inbox=house, log=house, photos=house, https=public_url.startswith("https"))
    app = build_web(web)
    parts = ConsoleParts(
        door.database,
        passwords=door.passwords,
        public_url=public_url,
        requests_per_minute=0,
        **more,
    )
    add_console(app, parts)
    aiohttp_jinja2.get_env(app).bytecode_cache = COMPILED
    return app


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: TestClient[Any, Any], cookie: str = "gongyou_console") -> None:
        self._client, self._cookie = client, cookie
        self.token = ""
        self.text = ""

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self._ask("GET", path, None, headers)

    async def post(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> ClientResponse:
        """Send a form with the token of the page that was seen last."""
        found = TOKEN.search(self.text)
        form = {"_token": found.group(1) if found else "", **(fields or {})}
        return await self._ask("POST", path, form, headers)

    async def hand_in(self, path: str, name: str, body: bytes) -> ClientResponse:
        """Send a form with a file."""
        found = TOKEN.search(self.text)
        form = FormData({"_token": found.group(1) if found else ""})
        form.add_field("file", body, filename=name)
        return await self._ask("POST", path, form, {})

    async def _ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | FormData | None,
        headers: dict[str, str],
    ) -> ClientResponse:
        cookies = {"Cookie": f"{self._cookie}={self.token}"} if self.token else {}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self._client.request(
            method, URL(path, encoded=True), data=form, headers={**cookies, **sent},
            allow_redirects=False,
        )  # fmt: skip
        if self._cookie in response.cookies:
            self.token = response.cookies[self._cookie].value
        text = await response.text(errors="replace")
        if TOKEN.search(text) or response.status < 300:
            self.text = text
        return response


@asynccontextmanager
async def visitors(door: Door, public_url: str = "", **more: Any) -> AsyncIterator[Any]:
    """Makes visitors: `visitor()`, or `visitor(token)` with a session."""
    cookie = "__Host-gongyou" if public_url.startswith("https") else "gongyou_console"
    server = TestServer(build(door, public_url, **more))
    async with TestClient(server, cookie_jar=DummyCookieJar()) as client:

        def make(token: str = "") -> Visitor:
            one = Visitor(client, cookie)
            one.token = token
            return one

        yield make

"""Group robots' platforms, played on this machine: they check form and sign."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "SEC000illustration"


class Platforms:
    """企业微信, 钉钉 and 飞书 on one port; `fault` makes the next answers other ones."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.calls = 0
        self.now: Callable[[], float] = time.time
        """What a sign's time is looked at by, seconds."""

        app = web.Application()
        app.router.add_post("/cgi-bin/webhook/send", self._wecom)
        app.router.add_post("/robot/send", self._dingtalk)
        app.router.add_post("/open-apis/bot/v2/hook/{hook}", self._feishu)
        self.server = TestServer(app)

    @property
    def host(self) -> str:
        return f"{self.server.host}:{self.server.port}"

    def address(self, way: str) -> dict[str, str]:
        """A robot's address here, with its secret."""
        base = f"http://{self.host}"
        return {
            "wecom": {"url": f"{base}/cgi-bin/webhook/send?key=k-1"},
            "dingtalk": {"url": f"{base}/robot/send?access_token=t-1", "secret": SECRET},
            "feishu": {"url": f"{base}/open-apis/bot/v2/hook/h-1", "secret": SECRET},
        }[way]

    async def _fault(self) -> web.Response | None:
        self.calls += 1
        fault = self.faults.pop(0) if self.faults else ""
        match fault:
            case "":
                return None
            case "hang":
                await asyncio.sleep(30)
            case "500":
                return web.Response(status=500, text="<html>")
            case "302":
                return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})
        return web.json_response({"errcode": int(fault), "errmsg": "fault"})

    async def _wecom(self, request: web.Request) -> web.Response:
        if fault := await self._fault():
            return fault
        body = await request.json()
        if request.query.get("key") != "k-1":
            return web.json_response({"errcode": 93000, "errmsg": "invalid webhook url"})
        if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > 2048:
            return web.json_response({"errcode": 40008, "errmsg": "invalid message type"})
        self._hear("wecom", body["text"]["content"], body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _dingtalk(self, request: web.Request) -> web.Response:
        if fault := await self._fault():
            return fault
        body = await request.json()
        moment = request.query.get("timestamp", "")
        signed = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), hashlib.sha256).digest()
        sign = unquote(request.query.get("sign", ""))
        fresh = moment.isdigit() and abs(int(moment) / 1000 - self.now()) < 3600
        right = fresh and sign == base64.b64encode(signed).decode()
        if request.query.get("access_token") != "t-1" or not right:
            return web.json_response({"errcode": 310000, "errmsg": "sign not match"})
        if body.get("msgtype") != "text" or not isinstance(body["at"]["isAtAll"], bool):
            return web.json_response({"errcode": 400105, "errmsg": "unsupported msgtype"})
        self._hear("dingtalk", body["text"]["content"], body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _feishu(self, request: web.Request) -> web.Response:
        if fault := await self._fault():
            return fault
        body = await request.json()
        moment = str(body.get("timestamp", ""))
        signed = hmac.new(f"{moment}\n{SECRET}".encode(), digestmod=hashlib.sha256).digest()
        fresh = moment.isdigit() and abs(int(moment) - self.now()) < 3600
        if not fresh or body.get("sign") != base64.b64encode(signed).decode():
            return web.json_response({"code": 19021, "msg": "sign match fail"})
        if request.match_info["hook"] != "h-1" or body.get("msg_type") != "text":
            return web.json_response({"code": 19001, "msg": "param invalid"})
        self._hear("feishu", body["content"]["text"], body)
        return web.json_response({"StatusCode": 0, "code": 0, "msg": "success"})

    def _hear(self, way: str, text: str, body: dict[str, Any]) -> None:
        self.heard.append((way, text))
        self.bodies.append(body)


@asynccontextmanager
async def platforms() -> AsyncIterator[Platforms]:
    made = Platforms()
    await made.server.start_server()
    yield made
    await made.server.close()

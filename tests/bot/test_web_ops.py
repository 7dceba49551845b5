"""Health, readiness and counts, as machines ask for them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.http import networks
from bot.channels.ops import OpsParts, add_ops
from bot.channels.web import build_web
from bot.channels.web_parts import WebParts
from bot.metrics import Metrics
from tests.bot.web_house import House

BEARER = {"Authorization": "Bearer Zx8Kq1vN3bT7mY5cR0wL2p"}


def client(**ops: Any) -> TestClient[Any, Any]:
    house, metrics = House(), Metrics()
    app = build_web(WebParts(inbox=house, log=house, photos=house, metrics=metrics))
    add_ops(app, OpsParts(metrics=metrics, **ops))
    return TestClient(TestServer(app))


async def fine() -> None:
    """A part that is ready."""


async def away() -> None:
    raise ConnectionError("postgresql://user:secret@db")


async def hangs() -> None:
    await asyncio.sleep(60)


async def test_healthy_is_who_answers() -> None:
    """It asks nobody else: a database that is away is no reason to restart the web."""
    async with client(checks={"database": away}) as web:
        assert (await web.get("/healthz")).status == 200


async def test_ready_is_who_could_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails or hangs is named, in the one shape of errors, without its secrets."""
    monkeypatch.setattr("bot.channels.ops.CHECK_SECONDS", 0.1)
    async with client(checks={"database": fine}) as web:
        assert (await web.get("/readyz")).status == 200
    async with client(checks={"database": away, "worker": hangs, "nlu": fine}) as web:
        response = await web.get("/readyz")
        body = await response.json()
        assert response.status == 503
        assert body["error"] == {"code": "not_ready", "message": "not ready: database, worker"}


async def test_counts_tell_of_messages_and_requests_and_of_no_person() -> None:
    """Patterns instead of paths, kinds instead of texts."""

    async def refresh() -> None:
        raise ConnectionError

    async with client(refresh=refresh) as web:
        await web.post(
            "/api/chat/messages",
            data=json.dumps({"id": "m1", "text": "我叫林晓，电话13900000001"}),
            headers=BEARER,
        )
        await web.get("/api/chat/files/77", headers=BEARER)
        text = await (await web.get("/metrics")).text()
    assert 'gongyou_messages_total{channel="web",kind="text",repeated="false"} 1.0' in text
    assert 'stage="accept"' in text
    assert 'path="/api/chat/files/{id}"' in text
    assert "林晓" not in text
    assert "13900000001" not in text


async def test_metrics_are_for_the_private_network_or_for_the_token() -> None:
    """Behind a proxy the address that counts is the caller's."""
    forwarded = {"X-Forwarded-For": "1.2.3.4"}
    async with client(trusted_proxies=networks(["127.0.0.1"])) as web:
        assert (await web.get("/metrics")).status == 200
        assert (await web.get("/metrics", headers=forwarded)).status == 403
    async with client() as web:
        assert (await web.get("/metrics", headers=forwarded)).status == 403
    async with client(metrics_token="a token of the house") as web:
        assert (await web.get("/metrics")).status == 403
        given = {"Authorization": "Bearer a token of the house", **forwarded}
        assert (await web.get("/metrics", headers=given)).status == 200

"""What machines ask the house: does it live, is it ready, what does it count."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channels.http import ApiError, Network, client_address
from bot.metrics import Metrics

log = structlog.get_logger(__name__)

#: A check that takes longer has failed: whoever asks gives up after some seconds, too.
CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class OpsParts:
    """`checks` by name, each raising when its part is not ready; `refresh` fills the gauges that
    are read from the database, before each look at them.
    """

    metrics: Metrics
    checks: Mapping[str, Check] = field(default_factory=dict)
    refresh: Check | None = None
    metrics_token: str | None = None
    trusted_proxies: Sequence[Network] = ()


def add_ops(app: web.Application, parts: OpsParts) -> None:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        failed = await _failed(parts.checks)
        if failed:
            raise ApiError(503, "not_ready", "not ready: " + ", ".join(failed))
        return web.json_response({"status": "ready", "checks": sorted(parts.checks)})

    async def metrics(request: web.Request) -> web.Response:
        _may_read(request, parts)
        if parts.refresh is not None:
            try:
                await asyncio.wait_for(parts.refresh(), CHECK_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the counts are still true
                # Old gauges are better than none while the database is away: that is when
                # somebody looks.
                log.warning("metrics.stale", error=type(error).__name__)
        return web.Response(
            body=parts.metrics.text(), headers={"Content-Type": parts.metrics.content_type}
        )

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def _failed(checks: Mapping[str, Check]) -> list[str]:
    async def failed(name: str, check: Check) -> str | None:
        try:
            await asyncio.wait_for(check(), CHECK_SECONDS)
        except Exception as error:  # noqa: BLE001 - a check may fail in any way
            log.warning("readyz.failed", check=name, error=type(error).__name__)
            return name
        return None

    results = await asyncio.gather(*(failed(name, check) for name, check in checks.items()))
    return sorted(name for name in results if name is not None)


def _may_read(request: web.Request, parts: OpsParts) -> None:
    """With a token set, who has it; without, only this machine and its private network.

    Raises:
        ApiError: 403.
    """
    refused = ApiError(403, "forbidden", "metrics are not for everybody")
    if parts.metrics_token:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {parts.metrics_token}".encode()):
            raise refused
        return
    address = client_address(request, parts.trusted_proxies)
    behind_unknown_proxy = "X-Forwarded-For" in request.headers and address == request.remote
    try:
        private = ipaddress.ip_address(address).is_private
    except ValueError:
        private = False
    if behind_unknown_proxy or not private:
        raise refused

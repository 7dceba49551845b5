"""What every HTTP page and interface of the house shares: errors, headers, addresses."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.metrics import Metrics
from knowledge.database import DatabaseAway, is_away

log = structlog.get_logger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: No inline script or style, nothing from anywhere else; photos are shown from blobs.
_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(pictures_from: str = "") -> str:
    """The policy, for a page that shows pictures of one more host where it names one."""
    sources = dict(_SOURCES)
    if pictures_from:
        sources["img-src"] += f" {pictures_from}"
    return "; ".join(f"{what} {where}" for what, where in sources.items())


CONTENT_SECURITY_POLICY = content_security_policy()

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ApiError(Exception):
    """An answer that says no, in the one shape of errors."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def error_response(error: ApiError) -> web.Response:
    """`{"error": {"code", "message"}}`, with `Retry-After` in whole seconds where it helps."""
    response = web.json_response(
        {"error": {"code": error.code, "message": error.message}}, status=error.status
    )
    if error.retry_after is not None:
        response.headers[hdrs.RETRY_AFTER] = str(max(1, math.ceil(error.retry_after)))
    return response


_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def errors(metrics: Metrics) -> Middleware:
    """Middleware: every failure leaves in the one shape, and every request is counted."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        start = time.perf_counter()
        response: web.StreamResponse
        try:
            response = await handler(request)
        except ApiError as error:
            response = error_response(error)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            code = _CODES.get(error.status, "http_error")
            response = error_response(ApiError(error.status, code, error.reason))
            for name in (hdrs.ALLOW, hdrs.WWW_AUTHENTICATE):
                if name in error.headers:
                    response.headers[name] = error.headers[name]
        except (OSError, DatabaseAway) as error:
            # Time-outs and lost connections: the caller's own is nobody's error, the store's is
            # one that may be tried again.
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=499)  # nobody reads it; an error would be logged
            log.warning("http.unavailable", path=_pattern(request), error=type(error).__name__)
            response = error_response(
                ApiError(503, "unavailable", "not reachable just now; try again", retry_after=2)
            )
        except Exception as error:
            if is_away(error):
                log.warning("http.unavailable", path=_pattern(request), error=type(error).__name__)
                return error_response(
                    ApiError(503, "unavailable", "not reachable just now; try again", retry_after=2)
                )
            # The stack goes to the log, the caller hears only that it was our fault.
            log.exception("http.failed", method=request.method, path=_pattern(request))
            response = error_response(
                ApiError(500, "internal_error", "something went wrong here; please try again")
            )
        if not response.headers.get(hdrs.CONTENT_TYPE, "").startswith("text/event-stream"):
            metrics.requests.labels(request.method, _pattern(request), response.status).observe(
                time.perf_counter() - start
            )
        return response

    return middleware


def _pattern(request: web.Request) -> str:
    """The route's own pattern: a raw path could hold a token, and would flood the labels."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "(none)"


def security_headers(
    *, https: bool
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """An `on_response_prepare` signal: the strict headers on everything that leaves."""

    async def prepare(_request: web.Request, response: web.StreamResponse) -> None:
        # Versions of what we run are nobody's business.
        response.headers[hdrs.SERVER] = "gongyou"
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")

    return prepare


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks (`10.0.0.0/8`, `::1`).

    Raises:
        ValueError: one of them is neither.
    """
    return tuple(ipaddress.ip_network(name.strip(), strict=False) for name in names if name.strip())


def client_address(request: web.Request, trusted: Sequence[Network]) -> str:
    """Who asks, as an address: read from the right, past proxies that are ours.

    What a stranger wrote into `X-Forwarded-For` stands to the left of what our own proxy added,
    so it is never believed.
    """
    address = request.remote or ""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while hops and _is_in(address, trusted):
        candidate = _bare(hops.pop())
        if candidate is None:
            break
        address = candidate
    return address


def limit_key(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _bare(hop: str) -> str | None:
    """`1.2.3.4:5678` and `[::1]:80` without the port; None if it is no address."""
    if hop.startswith("["):
        hop = hop[1:].split("]", 1)[0]
    elif hop.count(":") == 1:
        hop = hop.split(":", 1)[0]
    try:
        return str(ipaddress.ip_address(hop))
    except ValueError:
        return None


def _is_in(address: str, trusted: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed.version == network.version and parsed in network for network in trusted)

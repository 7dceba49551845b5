"""The page and its files, read once, with a name that changes when they do."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import hdrs, web

FOLDER = Path(__file__).resolve().parent.parent / "web"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}
#: Found at the root: a service worker governs only what lies below it.
_AT_ROOT = {"/sw.js": "sw.js", "/manifest.webmanifest": "manifest.webmanifest"}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes | None
    content_type: str
    etag: str


class Pages:
    """The page's files in memory. `{{static}}` in them stands for the folder's current name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        raw = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in _TYPES
        }
        digest = hashlib.sha256()
        for name, body in raw.items():
            digest.update(name.encode() + b"\0" + body + b"\0")
        self.fingerprint = digest.hexdigest()[:12]
        static = f"/static/{self.fingerprint}".encode()
        self._assets = {
            name: _asset(Path(name).suffix, body.replace(b"{{static}}", static))
            for name, body in raw.items()
        }

    def add_to(self, app: web.Application) -> None:
        """The routes of the page."""
        app.router.add_get("/", self._page)
        app.router.add_get("/favicon.ico", self._icon)
        for path in _AT_ROOT:
            app.router.add_get(path, self._root)
        app.router.add_get("/static/{fingerprint}/{name:.+}", self._static)

    async def _page(self, request: web.Request) -> web.Response:
        return self._send(request, "chat.html", _ASK_AGAIN)

    async def _icon(self, request: web.Request) -> web.Response:
        return self._send(request, "icons/icon.svg", _ASK_AGAIN)

    async def _root(self, request: web.Request) -> web.Response:
        return self._send(request, _AT_ROOT[request.path], _ASK_AGAIN)

    async def _static(self, request: web.Request) -> web.Response:
        # While a release rolls out, a page of the old process may ask the new one: it gets what
        # there is, but keeps it no longer than this time.
        current = request.match_info["fingerprint"] == self.fingerprint
        return self._send(request, request.match_info["name"], _FOR_EVER if current else _ASK_AGAIN)

    def _send(self, request: web.Request, name: str, cache: str) -> web.Response:
        asset = self._assets.get(name)
        if asset is None:
            raise web.HTTPNotFound
        headers = {
            hdrs.CACHE_CONTROL: cache,
            hdrs.ETAG: asset.etag,
            hdrs.VARY: "Accept-Encoding",
            hdrs.CONTENT_TYPE: asset.content_type,
        }
        if request.headers.get(hdrs.IF_NONE_MATCH) == asset.etag:
            return web.Response(status=304, headers=headers)
        if asset.packed is not None and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            headers[hdrs.CONTENT_ENCODING] = "gzip"
            return web.Response(body=asset.packed, headers=headers)
        return web.Response(body=asset.body, headers=headers)


@cache
def pages() -> Pages:
    """The house's own: read and packed once, for the chat and the console alike."""
    return Pages()


def _asset(suffix: str, body: bytes) -> Asset:
    packed = gzip.compress(body, 9, mtime=0) if suffix != ".png" else None
    if packed is not None and len(packed) >= len(body):
        packed = None
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return Asset(body, packed, _TYPES[suffix], etag)

"""A thin caller of the Bot API that keeps apart what surely did not happen from what may have.

A library's caller folds both into "network error"; a sender that must never send twice has to know.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import hdrs

CONNECT_SECONDS = 10.0
"""How long a connection may take, the wait for a free one included."""

READ_SECONDS = 20.0
"""How long an answer may take once the request is written."""

KEEP_CONNECTION = 15.0
"""Seconds an idle connection is used again: one that the other side has closed meanwhile would
turn a message into one of which nobody knows."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class TelegramError(Exception):
    """A call of the Bot API that has no result. Its text holds neither token nor message."""


class NotConnected(TelegramError):
    """No connection was made: nothing has arrived."""


class Refused(TelegramError):
    """The Bot API said no, in its own words; or, if it is `bare`, somebody in front of it."""

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: float | None = None,
        *,
        bare: bool = False,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code, self.description, self.retry_after = code, description, retry_after
        self.bare = bare


class Unclear(TelegramError):
    """The request was written and never answered properly: it may have had its effect."""


class TooLarge(TelegramError):
    """A file is larger than it may be."""


UPLOAD_SECONDS = 60.0
"""How long Telegram may take over a file that it is given."""


class TelegramApi:
    """The Bot API of one bot. Parameters and results are the API's own JSON."""

    def __init__(
        self, token: str, base: str = "https://api.telegram.org", *, read: float = READ_SECONDS
    ) -> None:
        self.bot_id = token.partition(":")[0]
        self._token, self._base, self._read = token, base.rstrip("/"), read
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, *, read: float | None = None, **params: Any) -> Any:
        """The result of a method.

        Raises:
            NotConnected: surely nothing happened.
            Refused: surely nothing happened, and why.
            Unclear: it may have happened.
        """
        return await self._post(method, read or self._read, json=params)

    async def upload(
        self, method: str, field: str, name: str, mime: str, body: bytes, **params: str
    ) -> Any:
        """The result of a method that is given a file.

        Raises:
            NotConnected, Refused, Unclear: as `call`.
        """
        form = aiohttp.FormData(params)
        form.add_field(field, body, filename=name, content_type=mime)
        return await self._post(method, UPLOAD_SECONDS, data=form)

    async def _post(self, method: str, read: float, **sent: Any) -> Any:
        limit = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=read)
        url = f"{self._base}/bot{self._token}/{method}"
        try:
            async with self._open().post(
                url, timeout=limit, allow_redirects=False, **sent
            ) as answer:
                raw = await answer.read()
        except NEVER_ARRIVED as error:
            raise NotConnected(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # From None: the cause would carry the address, and with it the token, into the log.
            raise Unclear(type(error).__name__) from None
        return _result(answer.status, answer.headers.get(hdrs.RETRY_AFTER), raw)

    async def download(self, file_id: str, most: int) -> bytes:
        """A file that somebody sent.

        Raises:
            TooLarge: it has more than `most` bytes.
            TelegramError: it can't be had now.
        """
        found = await self.call("getFile", file_id=file_id)
        if int(found.get("file_size") or 0) > most:
            raise TooLarge(f"over {most} bytes")
        path = quote(str(found.get("file_path", "")))
        limit = aiohttp.ClientTimeout(total=60, connect=CONNECT_SECONDS, sock_read=self._read)
        try:
            async with self._open().get(
                f"{self._base}/file/bot{self._token}/{path}", timeout=limit, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise Refused(answer.status, "the file can't be had")
                body = bytearray()
                async for chunk in answer.content.iter_chunked(64 * 1024):
                    body += chunk
                    if len(body) > most:
                        raise TooLarge(f"over {most} bytes")
                return bytes(body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unclear(type(error).__name__) from None

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=KEEP_CONNECTION),
                # HTTPS_PROXY: where the platform can only be reached through one.
                trust_env=urlsplit(self._base).hostname not in LOOPBACK,
            )
        return self._session


NEVER_ARRIVED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


def _result(status: int, retry_after: str | None, raw: bytes) -> Any:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if isinstance(body, dict) and body.get("ok") is True and "result" in body:
        return body["result"]
    if isinstance(body, dict) and body.get("ok") is False:
        told = (body.get("parameters") or {}).get("retry_after")
        code = int(body.get("error_code") or status)
        raise Refused(code, str(body.get("description", "")), None if told is None else float(told))
    if 300 <= status < 500:
        wait = float(retry_after) if retry_after and retry_after.isdigit() else None
        raise Refused(status, "no answer of the Bot API", wait, bare=True)
    raise Unclear(f"HTTP {status}")

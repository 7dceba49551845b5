"""The ways out to staff: e-mail, group robots, Telegram. One client, with limits of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import aiohttp
import aiosmtplib

from bot.channels.telegram_api import NEVER_ARRIVED, TelegramApi, TelegramError
from bot.channels.telegram_wire import outcome as telegram_outcome
from bot.notice_robots import outcome, post
from bot.notice_words import Message
from bot.sender import Arrived, Delivery, Never, NotYet, Unsure
from knowledge.notice_rows import ROBOTS
from knowledge.notice_sending import Bundle

CONNECT_SECONDS, ALL_SECONDS = 5.0, 15.0
"""For a robot's whole answer: staff wait for the next message meanwhile, and no longer."""

MAIL_SECONDS = 20.0
"""For each step with the mail server."""

ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `tls`: from the first byte on; else STARTTLS unless on loopback."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = None
    tls: bool = False
    seconds: float = MAIL_SECONDS

    @classmethod
    def of(cls, url: str, sender: str) -> MailServer:
        """Of `smtps://user:password@host:465` or `smtp://…:587`."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "",
            parts.port or (465 if tls else 587),
            sender or f"gongyou@{parts.hostname}",
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            tls,
        )

    @property
    def is_here(self) -> bool:
        return self.host in ("127.0.0.1", "localhost", "::1")


class Wires:
    """Makes the calls. A way that the house hasn't set up is never reached."""

    def __init__(
        self,
        *,
        mail: MailServer | None = None,
        telegram: TelegramApi | None = None,
        seconds: float = ALL_SECONDS,
    ) -> None:
        self._mail, self._telegram, self._seconds = mail, telegram, seconds
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, bundle: Bundle, message: Message, now: datetime) -> Delivery:
        """Send a message, and say what became of it."""
        if bundle.way in ROBOTS:
            return await self._robot(bundle, message, now)
        if bundle.way == "email":
            return await self._email(bundle, message, now)
        return await self._to_telegram(bundle, message)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _robot(self, bundle: Bundle, message: Message, now: datetime) -> Delivery:
        wanted = post(bundle.way, bundle.address, message, now)
        limit = aiohttp.ClientTimeout(total=self._seconds, connect=CONNECT_SECONDS)
        try:
            async with self._open().post(
                wanted.url, json=wanted.body, timeout=limit, allow_redirects=False
            ) as answer:
                raw = await answer.content.read(ANSWER_BYTES)
        except NEVER_ARRIVED as error:
            return NotYet(f"not connected: {type(error).__name__}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Only its kind: its words would carry the address, which is the robot's secret.
            return Unsure(type(error).__name__)
        try:
            said = json.loads(raw)
        except ValueError:
            said = None
        return outcome(answer.status, said)

    async def _email(self, bundle: Bundle, message: Message, now: datetime) -> Delivery:
        if self._mail is None:
            return Never("no mail server is set")
        letter = EmailMessage()
        letter["From"], letter["To"] = self._mail.sender, bundle.address["email"]
        letter["Subject"] = message.title
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = make_msgid(domain=self._mail.sender.rpartition("@")[2].strip(">"))
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        letter.set_content("\n".join([*message.lines, "", message.link]).rstrip() + "\n")
        return await hand_in(self._mail, letter)

    async def _to_telegram(self, bundle: Bundle, message: Message) -> Delivery:
        if self._telegram is None:
            return Never("there is no Telegram")
        try:
            await self._telegram.call(
                "sendMessage",
                chat_id=int(bundle.address["chat"]),
                text=message.text,
                link_preview_options={"is_disabled": True},
            )
        except TelegramError as error:
            return telegram_outcome(error)
        return Arrived()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(trust_env=True)
        return self._session


async def hand_in(server: MailServer, letter: EmailMessage) -> Delivery:
    """Hand a letter to the mail server. What breaks off after its text was sent is unsure."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        start_tls=None if server.is_here or server.tls else True,
        timeout=server.seconds,
    )
    try:
        await client.connect(username=server.username, password=server.password)
    except aiosmtplib.SMTPAuthenticationError as error:
        return NotYet(f"the mail server refuses our login: {error.code}")
    except (aiosmtplib.SMTPException, OSError) as error:
        return NotYet(f"no mail server: {type(error).__name__}")
    try:
        await client.send_message(letter)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = {one.code for one in error.recipients}
        return _refused(max(codes, default=500))
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error.code)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Unsure(type(error).__name__)
    finally:
        client.close()
    return Arrived()


def _refused(code: int) -> Delivery:
    """RFC 5321, 4.2.1: 4yz may be tried again, 5yz not."""
    return NotYet(f"SMTP {code}") if 400 <= code < 500 else Never(f"SMTP {code}")

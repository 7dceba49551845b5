"""A real mail server on loopback (aiosmtpd), with STARTTLS and a login where they are wanted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LOGIN = LoginPassword(b"gongyou", b"kept-between-the-two")

type Fault = Literal["", "550", "450", "hang up", "slow"]
"""The recipient refused for good or for now; no answer to the text, with and without an end."""


class MailHost:
    """Keeps the letters that it took. The next letters go as `faults` say, one each."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address, self.port = address, 0
        self.letters: list[str] = []
        self.faults: list[str] = []
        self.secure: list[bool] = []
        """Of each letter, whether it came encrypted."""

        self._server: asyncio.Server | None = None
        self._fault = ""

    async def start(self, *, tls: ssl.SSLContext | None = None, login: bool = False) -> None:
        loop = asyncio.get_running_loop()

        def talk() -> SMTP:
            return SMTP(
                self, hostname="here", enable_SMTPUTF8=True, loop=loop, tls_context=tls,
                require_starttls=tls is not None, auth_required=login, authenticator=_enters,
                auth_exclude_mechanism=["LOGIN"],
            )  # fmt: skip

        self._server = await loop.create_server(talk, self.address, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()

    # What aiosmtpd calls

    async def handle_RCPT(  # noqa: N802 - its own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self._fault = self.faults.pop(0) if self.faults else ""
        if self._fault in ("550", "450"):
            return f"{self._fault} no"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - its own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self._fault == "hang up":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if self._fault == "slow":
            await asyncio.sleep(60)
        assert isinstance(envelope.content, bytes)
        self.letters.append(envelope.content.decode())
        self.secure.append(session.ssl is not None)
        return "250 taken"


def _enters(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data == LOGIN, handled=False)


@asynccontextmanager
async def mail_host(
    address: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None, login: bool = False
) -> AsyncIterator[MailHost]:
    """A server that is there meanwhile."""
    made = MailHost(address)
    await made.start(tls=tls, login=login)
    yield made
    await made.close()


def certificate(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """A certificate of an address, that nobody has signed: the server's side, and its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    return context, file

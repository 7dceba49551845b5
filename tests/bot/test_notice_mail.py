"""Letters to staff, handed in to a real mail server: what becomes of them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.notice_wires import MailServer, hand_in
from bot.sender import Arrived, Delivery, Never, NotYet, Unsure
from tests.bot.mail_host import LOGIN, certificate, mail_host

ELSEWHERE = "127.0.0.2"
"""An address that isn't taken for this machine itself, so that a secure line is asked for."""


def server(port: int, host: str = "127.0.0.1", **more: object) -> MailServer:
    fields: Mapping[str, object] = {"seconds": 5.0, **more}
    return MailServer(host, port, "gongyou@example.org", **fields)  # type: ignore[arg-type]


def letter() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "gongyou@example.org", "wang@example.org", "通知"
    made.set_content("时限已过（zhifu）\n")
    return made


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The certificate of the server elsewhere, which this process trusts."""
    context, file = certificate(tmp_path, ELSEWHERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


@pytest.mark.parametrize(
    ("fault", "became", "taken"),
    [
        ("", Arrived(), 1),
        ("550", Never("SMTP 550"), 0),
        ("450", NotYet("SMTP 450"), 0),
        ("hang up", Unsure("SMTPServerDisconnected"), 1),
        ("slow", Unsure("SMTPReadTimeoutError"), 0),
    ],
)
async def test_what_becomes_of_a_letter(fault: str, became: Delivery, taken: int) -> None:
    """Taken; the address refused, for good or for now; no answer: it may have arrived."""
    async with mail_host() as host:
        host.faults = [fault]
        found = await hand_in(server(host.port, seconds=0.7), letter())
        assert found == became
        assert len(host.letters) == taken


async def test_elsewhere_only_a_secure_line_with_the_right_login_will_do(
    secure: ssl.SSLContext,
) -> None:
    """By STARTTLS, with the certificate looked at; then the login, and the letter."""
    own = {"username": LOGIN.login.decode(), "password": LOGIN.password.decode()}
    async with mail_host(ELSEWHERE, tls=secure, login=True) as host:
        assert await hand_in(server(host.port, ELSEWHERE, **own), letter()) == Arrived()
        assert host.secure == [True]
        wrong = await hand_in(server(host.port, ELSEWHERE, **own | {"password": "x"}), letter())
        assert wrong == NotYet("the mail server refuses our login: 535")
        assert isinstance(await hand_in(server(host.port, ELSEWHERE), letter()), Never | NotYet)
        assert len(host.letters) == 1


async def test_nothing_is_handed_in_in_the_open() -> None:
    """A server elsewhere without STARTTLS gets no login and no letter; it is tried again."""
    async with mail_host(ELSEWHERE) as host:
        found = await hand_in(server(host.port, ELSEWHERE, username="u", password="p"), letter())
        assert isinstance(found, NotYet)
        assert host.letters == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """Whoever sits between gets nothing."""
    context, _ = certificate(tmp_path, ELSEWHERE)
    async with mail_host(ELSEWHERE, tls=context) as host:
        found = await hand_in(server(host.port, ELSEWHERE), letter())
        assert isinstance(found, NotYet)
        assert host.letters == []

"""The second factor's codes: RFC 6238, as every authenticator app makes them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

ISSUER = "工友 Gongyou"

SKEW = 1
"""Steps of 30 seconds that a phone's clock may be off, either way (RFC 6238, 5.2)."""


def new_secret() -> str:
    """A secret of 160 bits, base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, the current one first; None if it is none."""
    totp = pyotp.TOTP(secret)
    current = totp.timecode(now)
    for step in (current, *(current + d for n in range(1, SKEW + 1) for d in (-n, n))):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


@dataclass(frozen=True)
class Setup:
    """What an authenticator app is shown: the secret to type, or the picture to scan."""

    secret: str
    uri: str

    @classmethod
    def of(cls, secret: str, login: str) -> Setup:
        return cls(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))

    @property
    def spoken(self) -> str:
        """The secret in groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    def picture(self, title: str) -> str:
        """The QR code as inline SVG, dark on light also at night: cameras want that."""
        return segno.make(self.uri, error="m").svg_inline(
            scale=5, border=3, dark="#000", light="#fff", title=title
        )

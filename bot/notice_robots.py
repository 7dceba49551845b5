"""Group robots of 企业微信, 钉钉 and 飞书: their addresses, signs, bodies and answers.

企业微信: https://developer.work.weixin.qq.com/document/path/91770
钉钉: https://open.dingtalk.com/document/robots/custom-robot-access, and the sign in
https://open.dingtalk.com/document/robots/customize-robot-security-settings
飞书: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.notice_words import Message
from bot.sender import Arrived, Delivery, Never, NotYet
from knowledge.notice_rows import Way

HOSTS: Mapping[Way, frozenset[str]] = {
    "wecom": frozenset({"qyapi.weixin.qq.com"}),
    "dingtalk": frozenset({"oapi.dingtalk.com", "api.dingtalk.com"}),
    "feishu": frozenset({"open.feishu.cn", "open.larksuite.com"}),
}
"""The platforms' own hosts: a robot's address leads nowhere else."""

SIGNED: frozenset[Way] = frozenset({"dingtalk", "feishu"})
"""Those that may ask for a sign; 企业微信's address is all its secret."""

LONGEST: Mapping[Way, int] = {"wecom": 2048, "dingtalk": 20000, "feishu": 20000}
"""Bytes of a text: 企业微信's limit; 钉钉's and 飞书's whole request has 20 kB."""

TOO_FAST: frozenset[int] = frozenset({45009, 130101, 660026, 9499, 11232})
"""Codes for too many messages: 企业微信, 钉钉 (two), 飞书 (two)."""

THEIR_FAULT: frozenset[int] = frozenset({-1, 40014, 42001, 500, 2200})
"""Codes for a fault of the platform's own, to be tried again."""

PAUSE = 60.0
"""Seconds after a message that was too fast: all three count by the minute."""


@dataclass(frozen=True)
class Post:
    """What is posted, and where."""

    url: str
    body: dict[str, Any]


def is_address(way: Way, url: str, more_hosts: Collection[str] = ()) -> bool:
    """Whether an address is one of this platform's, or of a host that the operator has named."""
    try:
        parts = urlsplit(url)
        own = parts.hostname in HOSTS[way] and parts.port in (None, 443)
    except ValueError:
        return False
    if parts.username or parts.password or not parts.path.strip("/"):
        return False
    return (parts.scheme == "https" and own) or (
        parts.scheme in ("https", "http") and parts.netloc in more_hosts
    )


def post(way: Way, address: Mapping[str, str], message: Message, now: datetime) -> Post:
    """The request that a robot wants."""
    text = _short(message.text, LONGEST[way] - 500 if way != "wecom" else LONGEST[way])
    url, secret = address["url"], address.get("secret", "")
    if way == "wecom":
        content: dict[str, Any] = {"content": text}
        if message.urgent:
            content["mentioned_list"] = ["@all"]
        return Post(url, {"msgtype": "text", "text": content})
    if way == "dingtalk":
        if secret:
            moment = str(int(now.timestamp() * 1000))
            query = urlencode({"timestamp": moment, "sign": dingtalk_sign(secret, moment)})
            url = f"{url}{'&' if '?' in url else '?'}{query}"
        at = {"isAtAll": message.urgent}
        return Post(url, {"msgtype": "text", "text": {"content": text}, "at": at})
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        moment = str(int(now.timestamp()))
        body |= {"timestamp": moment, "sign": feishu_sign(secret, moment)}
    return Post(url, body)


def dingtalk_sign(secret: str, moment: str) -> str:
    """HMAC-SHA256 of moment, new line, secret, with the secret as the key; in milliseconds."""
    return _sign(secret.encode(), f"{moment}\n{secret}".encode())


def feishu_sign(secret: str, moment: str) -> str:
    """HMAC-SHA256 of nothing, with moment, new line, secret as the key; in seconds."""
    return _sign(f"{moment}\n{secret}".encode(), b"")


def _sign(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def outcome(status: int, answer: Any) -> Delivery:
    """What became of a message. All three answer 200 with a code of their own in the JSON."""
    if not isinstance(answer, dict):
        if status == 429 or status >= 500:
            return NotYet(f"HTTP {status}", PAUSE if status == 429 else None)
        return Never(f"HTTP {status}, no answer of a robot")
    code = next(
        (answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None
    )
    if code == 0:
        return Arrived()
    if code in TOO_FAST or status == 429:
        return NotYet(f"too fast: {code}", PAUSE, flood=True)
    if code in THEIR_FAULT or status >= 500:
        return NotYet(f"code {code}")
    return Never(f"code {code}")


def _short(text: str, most: int) -> str:
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"

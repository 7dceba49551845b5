"""A visit: one request to the console, by whom, in which language, and how it is answered."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp_jinja2
from aiohttp import hdrs, web

from bot.channels.http import client_address, limit_key
from bot.channels.web_door import plain
from bot.console.device import device_of
from bot.console.parts import CONSOLE, ConsoleParts
from bot.console.uploads import Upload
from bot.logins import Caller
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.notices import Unseen
from knowledge.sessions import Session

NOT_SIFTING = ("page", "before", "done")
"""What an address says besides what a list is narrowed by."""

FORM_TOKEN = "_token"  # noqa: S105  the name of a field

LANGUAGE_COOKIE = "gongyou_language"


LONGEST_NUMBER = 9
"""Digits of a number that is counted in a form, such as a version or a page."""


def whole_number(text: str) -> int | None:
    """What the digits say; None for anything else."""
    plainly = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if plainly else None


@dataclass
class Visit:
    """What a page's function is given. `token` is the cookie's value, of a session or not."""

    request: web.Request
    token: str
    session: Session | None
    form: Mapping[str, str]
    language: str
    set_token: str | None = None
    """The cookie's next value: a new session's, or empty for none."""
    who: Actor | None = field(default=None)
    unseen: Unseen = field(default_factory=Unseen)
    """How many notices are new to the visitor."""
    file: Upload | None = None
    """The file that came with the form."""

    @property
    def parts(self) -> ConsoleParts:
        return self.request.app[CONSOLE]

    @property
    def actor(self) -> Actor:
        """Who acts. The door has seen to it that there is somebody."""
        assert self.who is not None
        return self.who

    @property
    def own(self) -> Session:
        """The visitor's session. The door has seen to it that there is one."""
        assert self.session is not None
        return self.session

    @property
    def caller(self) -> Caller:
        """Where the visitor comes from."""
        address = limit_key(client_address(self.request, self.parts.trusted_proxies))
        return Caller(address, device_of(self.request.headers.get("User-Agent", "")))

    def __getitem__(self, name: str) -> str:
        """A field of the form, or of the address after `?`; empty where it isn't given."""
        return self.form.get(name, "") or plain(self.request.query.get(name, ""))

    def sifted(self, usual: Mapping[str, str]) -> bool:
        """Whether the address asks for less than all of a list.

        Args:
            usual: by name, what a field holds that narrows nothing; empty if it isn't named.
        """
        return any(
            plain(text) and plain(text) != usual.get(name, "")
            for name, text in self.request.query.items()
            if name not in NOT_SIFTING
        )

    def number(self, name: str = "id") -> int:
        """A number in the path.

        Raises:
            NotThere: no account or session has a number as long as this.
        """
        digits = self.request.match_info[name]
        if len(digits) > 15:
            raise NotThere
        return int(digits)

    def given(self, name: str) -> int | None:
        """A number among the fields; None where there is none."""
        return whole_number(self[name])

    def csrf(self) -> str:
        """What this visitor's forms carry: bound to the cookie, and of no use with another."""
        token = self.token if self.set_token is None else self.set_token
        return self.parts.database.keyring.blind("csrf", token).hex()

    def is_own_form(self) -> bool:
        """Whether the form is one that we gave to this visitor."""
        given = self.form.get(FORM_TOKEN, "")
        return bool(self.token) and hmac.compare_digest(given.encode(), self.csrf().encode())

    def words(self, key: str, **values: Any) -> str:
        """A text in the visitor's language."""
        return self.parts.texts.words(self.language)(key, **values)

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A page made of a template of `templates/`, with what every page needs."""
        context = {"visit": self, "t": self.words, "why": None, "done": self._done(), **values}
        return aiohttp_jinja2.render_template(template, self.request, context, status=status)

    def again(self, template: str, why: Refused, **values: Any) -> web.Response:
        """The form again, with what was wrong about it."""
        said = self.words(why.key, **why.values)
        return self.page(template, status=422, why=said, **values)

    def go(self, path: str, *, done: str = "", **more: str) -> web.Response:
        """Send the visitor on, with the text `done.<done>` at the top of the next page.

        `more` goes along behind the question mark.
        """
        query = ({"done": done} if done else {}) | more
        where = f"{path}?{urlencode(query)}" if query else path
        return web.Response(status=303, headers={hdrs.LOCATION: where})

    def _done(self) -> str | None:
        done = f"done.{self.request.query.get('done', '')}"
        return self.parts.texts.words(self.language).get(done, "") or None

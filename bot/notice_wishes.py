"""How each one wants to hear of notices, and the robots of a region's groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.notice_robots import SIGNED, is_address
from bot.notice_wires import Wires
from bot.notice_words import Message
from bot.refused import Refused
from bot.sender import Arrived
from knowledge.access import Actor, NotThere
from knowledge.accounts import Account
from knowledge.database import Database
from knowledge.notice_hours import DAY, Hours
from knowledge.notice_rows import ROBOTS, Way
from knowledge.notice_sending import Bundle
from knowledge.notice_ways import DEFAULT, OwnWay, Wish
from knowledge.notices import KINDS
from knowledge.unit import Knowledge

EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""What a mail server will take; whether somebody reads there, only a letter tells."""

CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
LONGEST_EVERY = 24 * 60
LONGEST_NAME = 40

KEYWORD = "工友"
"""A word that every message to a group has: groups may let only such ones in."""


@dataclass(frozen=True)
class Settings:
    """An account's ways as its owner sees them; one that isn't set has what it would get."""

    console: Wish
    email: OwnWay | None
    address: str
    telegram: OwnWay | None
    robots: Sequence[OwnWay]


class NoticeWishes:
    """Changes of ways. Every function asks the actor first, robots also by region."""

    def __init__(
        self,
        database: Database,
        *,
        wires: Wires | None = None,
        robot_hosts: Collection[str] = (),
        has_mail: bool = False,
        has_telegram: bool = False,
    ) -> None:
        self._database, self._wires = database, wires or Wires()
        self._robot_hosts = robot_hosts
        self.has_mail, self.has_telegram = has_mail, has_telegram

    async def settings(self, actor: Actor) -> Settings:
        """The actor's own ways, and the robots of their regions where they may set them.

        Raises:
            Denied: the role may not.
        """
        async with self._database.begin() as unit:
            account = await _own(unit, actor)
            ways = await unit.notice_ways.of(account.id)
            email = ways.get("email")
            address = await unit.notice_ways.address(email.id) if email else {}
            robots = (
                await unit.notice_ways.robots(actor.regions) if actor.may("notice.robots") else []
            )
        return Settings(
            ways["console"].wish if "console" in ways else DEFAULT,
            email,
            address.get("email", ""),
            ways.get("telegram"),
            robots,
        )

    async def save(self, actor: Actor, way: Way, wish: Wish, address: str = "") -> None:
        """Set one of the own ways.

        Raises:
            Denied: the role may not.
            Refused: no e-mail address, or no Telegram is linked.
        """
        async with self._database.begin() as unit:
            account = await _own(unit, actor)
            before = (await unit.notice_ways.of(account.id)).get(way)
            sealed: Mapping[str, str] | None = None
            if way == "email":
                if not self.has_mail:
                    raise Refused("notice_no_mail")
                if not EMAIL.fullmatch(address.strip()):
                    raise Refused("notice_email")
                sealed = {"email": address.strip()}
            if way == "telegram" and before is None:
                raise Refused("notice_not_linked")
            await unit.notice_ways.put(account, way, wish, sealed)
            after = {**told(wish), **(sealed or {})}
            await _note(unit, actor, account, "notice.way", way, before, after)

    async def stop(self, actor: Actor, way: Way) -> None:
        """Nothing goes out on one of the own ways any more.

        Raises:
            Denied: the role may not.
        """
        async with self._database.begin() as unit:
            account = await _own(unit, actor)
            before = (await unit.notice_ways.of(account.id)).get(way)
            await unit.notice_ways.take_away(account.id, way)
            await _note(unit, actor, account, "notice.stop", way, before, {})

    async def code(self, actor: Actor) -> str:
        """A code that links the actor's Telegram.

        Raises:
            Denied: the role may not.
            Refused: the house has no Telegram.
        """
        if not self.has_telegram:
            raise Refused("notice_no_telegram")
        async with self._database.begin() as unit:
            account = await _own(unit, actor)
            return await unit.notice_ways.new_code(account.id)

    async def link(self, code: str, chat: str) -> str | None:
        """A chat has sent a code: its account's language, or None where the code isn't good."""
        async with self._database.begin() as unit:
            account = await unit.notice_ways.take_code(code)
            if account is None:
                return None
            before = (await unit.notice_ways.of(account.id)).get("telegram")
            wish = before.wish if before else DEFAULT
            await unit.notice_ways.put(account, "telegram", wish, {"chat": chat})
            await _note(
                unit, account.actor(unit), account, "notice.way", "telegram", before, told(wish)
            )
            return account.language

    async def add_robot(
        self, actor: Actor, way: Way, name: str, region: str | None, url: str, secret: str
    ) -> int:
        """A group's robot.

        Raises:
            Denied: the role may not.
            Refused: no name, no region of theirs, or an address that isn't this platform's.
        """
        actor.ask("notice.robots")
        name = " ".join(name.split())
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Refused("notice_robot_name", longest=LONGEST_NAME)
        if region is not None and actor.tree.get(region) is None:
            raise Refused("region", region=region)
        if not actor.reaches(region):
            raise Refused("region_reach")
        if way not in ROBOTS or not is_address(way, url.strip(), self._robot_hosts):
            raise Refused("notice_robot_url")
        address = {"url": url.strip()}
        if secret.strip() and way in SIGNED:
            address["secret"] = secret.strip()
        async with self._database.begin() as unit:
            number = await unit.notice_ways.add_robot(way, name, region, DEFAULT, address)
            await _note_robot(unit, actor, number, region, None, {"way": way, "name": name})
            return number

    async def must_reach(self, actor: Actor, number: int) -> None:
        """Whether a robot is this actor's to change, before anything that was typed is read.

        Raises:
            Denied: the role may not.
            NotThere: there is none in the actor's regions.
        """
        async with self._database.begin() as unit:
            await _robot(unit, actor, number)

    async def change_robot(self, actor: Actor, number: int, wish: Wish) -> None:
        """Other kinds, hours or pace of a robot.

        Raises:
            Denied: the role may not.
            NotThere: there is none in the actor's regions.
        """
        async with self._database.begin() as unit:
            robot = await _robot(unit, actor, number)
            await unit.notice_ways.change_robot(number, wish)
            before = told(robot.wish)
            await _note_robot(unit, actor, number, robot.region, before, told(wish))

    async def end_robot(self, actor: Actor, number: int) -> None:
        """A robot hears nothing more, and its address is forgotten.

        Raises:
            Denied: the role may not.
            NotThere: there is none in the actor's regions.
        """
        async with self._database.begin() as unit:
            robot = await _robot(unit, actor, number)
            await unit.notice_ways.end_robot(number)
            before = {"way": robot.way, "name": robot.name}
            await _note_robot(unit, actor, number, robot.region, before, None)

    async def try_robot(self, actor: Actor, number: int, title: str) -> None:
        """Send one line, now.

        Raises:
            Denied: the role may not.
            NotThere: there is none in the actor's regions.
            Refused: it didn't arrive.
        """
        async with self._database.begin() as unit:
            robot = await _robot(unit, actor, number)
            address = await unit.notice_ways.address(number)
        bundle = Bundle(number, robot.way, "zh", address, (), (), 0, "trial")
        now = self._database.clock.now()
        delivery = await self._wires.deliver(bundle, Message(title, (), "", False), now)
        if not isinstance(delivery, Arrived):
            raise Refused("notice_not_arrived", why=delivery.why, keyword=KEYWORD)

    async def close(self) -> None:
        """Let the connections go."""
        await self._wires.close()


def wish_of(
    kinds: Collection[str], begins: str, ends: str, urgent_always: bool, every: str
) -> Wish:
    """Wishes as they were typed.

    Raises:
        Refused: no kind of these, no time of the day, or no number of minutes.
    """
    minutes = [_minute(begins), _minute(ends)]
    if not (every.isascii() and every.isdigit()) or not 1 <= int(every[:6]) <= LONGEST_EVERY:
        raise Refused("notice_every", most=LONGEST_EVERY)
    return Wish(
        tuple(kind for kind in KINDS if kind in kinds),
        Hours(minutes[0], minutes[1], urgent_always),
        int(every),
    )


def _minute(text: str) -> int:
    found = CLOCK.fullmatch(text.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    if minute > DAY:
        raise Refused("notice_hours")
    return minute


def told(wish: Wish) -> dict[str, Any]:
    """Wishes as the audit keeps them."""
    return {
        "kinds": list(wish.kinds),
        "from": clock(wish.hours.begins),
        "to": clock(wish.hours.ends),
        "urgent_always": wish.hours.urgent_always,
        "every": wish.every,
    }


def clock(minute: int) -> str:
    """A minute of the day as a form shows it."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


async def _own(unit: Knowledge, actor: Actor) -> Account:
    actor.ask("notice.read")
    if actor.account is None:
        raise NotThere
    return await unit.accounts.get(actor.account)


async def _robot(unit: Knowledge, actor: Actor, number: int) -> OwnWay:
    actor.ask("notice.robots")
    found = await unit.notice_ways.robot(number)
    if found is None or not actor.reaches(found.region):
        raise NotThere
    return found


async def _note(
    unit: Knowledge,
    actor: Actor,
    account: Account,
    action: str,
    way: Way,
    before: OwnWay | None,
    after: Mapping[str, Any],
) -> None:
    await unit.audit.write(
        account.person,
        actor=actor.audited_as,
        action=action,
        before={"way": way, **(told(before.wish) if before else {})},
        after={"way": way, **after},
    )


async def _note_robot(
    unit: Knowledge,
    actor: Actor,
    number: int,
    region: str | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    await unit.audit.write(
        None,
        actor=actor.audited_as,
        action="notice.robot",
        before=before,
        after=after,
        subject=f"robot:{number}",
        region=region,
    )

"""Conversations with the real engine on a real database, with a clock that can be moved.

async with open_house(database_url, keyring) as house:
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    assert "哪个区" in talk.heard
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

import actions.all  # noqa: F401  the services register themselves
from actions.content import Button, Card, Contact, Content, Location, Photo, Press, Reply, Text
from bot.engine import Engine
from bot.housekeeping import place_names
from bot.inbox import Bells, Inbox
from bot.log import Log
from bot.messages import Channel, Inbound, Trace
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from knowledge.turns import Taken
from nlu import crisis
from nlu.known import Known
from nlu.language import language_of, script_of
from nlu.normalise import key
from nlu.reading import Reading
from nlu.understanding import Understanding

if TYPE_CHECKING:
    from tests.conftest import Databases

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Tuesday evening in China; the demonstration's dates lie around it."""

KEYS = Keyring({"test": b"\x01" * 32}, "test", b"\x02" * 32)
"""The keys of `tests/conftest.py`."""

SENTENCES = Path(__file__).parents[2] / "nlu" / "rasa" / "data"

RULES: tuple[tuple[str, str], ...] = (
    ("my_data", r"我的数据|我(的|哪些)资料|my data|data do you"),
    ("request_status", r"进度怎么样|那件事怎么样|my request|the status of my"),
    ("report_dispute", r"欠薪|拖欠|没发工资|乱罚款|unpaid|hasn't paid"),
    ("apply_hardship", r"困难|hardship"),
    ("book_counselling", r"心理|咨询|counsel"),
    ("report_problem", r"随手拍|路灯|坏了|report a problem"),
    ("check_screening", r"筛查|screening"),
    ("talk_to_human", r"人工|真人|转人|a person|a human"),
    ("membership_status", r"会员吗|入会.*(进度|怎么样|到哪|通过)|申请.*(进度|到哪|怎么样|通过)"
     r"|am i a member|my application|membership status"),
    ("claim_status", r"理赔|报销.*(到|进度|下来)|my claim|claim status"),
    ("join_union", r"入会|加入工会|join"),
    ("my_courses", r"我的课|我报了|取消.*课|my course"),
    ("enroll_course", r"报名|sign me up|enrol"),
    ("find_course", r"课|夜校|course|class"),
    ("find_station", r"驿站|歇|充电|厕所|喝水|休息|rest stop|charge"),
    ("smalltalk", r"^(你好|您好|谢谢|hello|hi|thanks?)\b"),
    ("follow_up", r"^(那|第.个|头一个|最?近|更|还有|换|再|它|哪|几点|多少|有没有|是不是|周|晚上)"
     r"|的呢?$|^(what|how|which|when|where|the|is|are|any|more|closer|and|another)\b"),
)  # fmt: skip
"""What the texts of these tests are about, as long as no trained model reads them."""


@cache
def _sentences() -> Known:
    """The taught sentences by heart; reading them takes longer than most tests do."""
    pairs: list[tuple[str, str]] = []
    for file in sorted(SENTENCES.glob("*/*.yaml")):
        content = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        pairs += [(str(one), content["route"]) for one in content["sentences"]]
    return Known.learn((key(text), route) for text, route in pairs)


class ByRule(Understanding):
    """The real understanding with rules in place of the model's head."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(now=clock.now)
        self._sentences = _sentences()
        self._known = self._sentences

    async def read(self, text: str, *, busy: bool = False) -> Reading:
        began = time.perf_counter()
        known = self._by_heart(text, began)
        if known is not None:
            return known
        low = text.casefold()
        route = next((r for r, sign in RULES if re.search(sign, low)), "out_of_scope")
        return Reading(
            text=text,
            language=language_of(text),
            script=script_of(text),
            routes=((route, 0.95), ("smalltalk", 0.05)),
            source="rules",
            crisis=crisis.find(text),
        )


class Strict(Engine):
    """An engine that lets a test see what went wrong, instead of an apology."""

    async def _failed(self, taken: Taken, error: Exception) -> None:
        raise error


@dataclass
class House:
    """The parts that a conversation goes through, without any process of their own."""

    database: Database
    clock: MovableClock
    inbox: Inbox
    log: Log
    engine: Engine
    keys: Any = field(default_factory=lambda: itertools.count(1))


@asynccontextmanager
async def open_house(
    url: str,
    keyring: Keyring = KEYS,
    *,
    now: datetime = START,
    filled: bool = False,
) -> AsyncIterator[House]:
    """A house on a database, with the demonstration content, at a time.

    One that is `filled` has the content already.
    """
    clock = MovableClock(now)
    database = Database(url, keyring, clock=clock, pool_size=3)
    try:
        if not filled:
            await migrate(database)
            await load_demonstration(database)
        await database.refresh_regions()
        async with database.begin() as unit:
            places = await unit.stations.place_names()
        understanding = ByRule(clock)
        understanding.set_places(place_names(database.region_tree, places))
        texts = Texts()
        understanding.set_labels(
            {
                text: key.removeprefix("menu.")
                for one in texts.languages.values()
                for key, text in one.items()
                if key.startswith("menu.")
            }
        )
        bells = Bells()
        log = Log(database, bells)
        engine = Strict(database, understanding, texts, {}, worker="test", metrics=Metrics())
        yield House(database, clock, Inbox(database, log, bells, per_minute=0), log, engine)
        await understanding.close()
    finally:
        await database.close()


def demonstration_url(databases: Databases) -> AbstractContextManager[str]:
    """A copy of a database that the content was loaded into once, at `START`."""

    async def fill(url: str) -> None:
        async with open_house(url):
            pass

    return databases.lent("demonstration", fill)


@asynccontextmanager
async def demonstration(databases: Databases) -> AsyncIterator[House]:
    """A house at `START` on such a copy."""
    with demonstration_url(databases) as url:
        async with open_house(url, filled=True) as house:
            yield house


class Heard:
    """What was answered to one message, or came by itself; false if nothing was."""

    def __init__(self, replies: Iterable[Reply] = ()) -> None:
        self.replies = tuple(replies)

    def __iter__(self) -> Iterator[Reply]:
        return iter(self.replies)

    def __len__(self) -> int:
        return len(self.replies)

    def __getitem__(self, index: int) -> Reply:
        return self.replies[index]

    @property
    def buttons(self) -> list[Button]:
        return [button for reply in self for button in reply.buttons]

    @property
    def cards(self) -> list[Card]:
        return [card for reply in self for card in reply.cards]

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    @property
    def text(self) -> str:
        """Everything that can be read in it: texts, cards with their links, buttons."""
        parts: list[str] = []
        for reply in self:
            parts.append(reply.text)
            for card in reply.cards:
                parts += [card.title, *card.lines]
                parts += [part for link in card.links for part in (link.label, link.url)]
            parts += [button.label for button in reply.buttons]
        return "\n".join(parts)

    def __contains__(self, what: object) -> bool:
        """Whether a piece of text, or a pattern, can be read in it."""
        if isinstance(what, re.Pattern):
            return what.search(self.text) is not None
        return str(what) in self.text


class Talk:
    """One conversation. Each step returns what was answered, and keeps it in `heard`."""

    def __init__(
        self,
        house: House,
        channel: Channel = "web",
        key: str | None = None,
        *,
        address: str | None = None,
    ) -> None:
        self.house, self.channel, self.address = house, channel, address
        self.key = key or f"talk-{next(house.keys)}"
        self.heard = Heard()
        self.all: list[Reply] = []
        self.trace: Trace | None = None
        self.number = 0
        self._seen = 0
        self._ids = itertools.count(1)

    async def says(self, text: str) -> Heard:
        """A written line."""
        return await self.sends(Text(text=text))

    async def presses(self, label: str) -> Heard:
        """The latest button whose label holds these words.

        Raises:
            LookupError: there is no such button.
        """
        for reply in reversed(self.all):
            for button in reply.buttons:
                if label in button.label and button.url is None:
                    return await self.sends(Press(id=button.id, label=button.label))
        raise LookupError(f"no button says {label!r}; last were {self.heard.labels}")

    async def shares(self, lat: float, lon: float) -> Heard:
        """A position."""
        return await self.sends(Location(lat=lat, lon=lon))

    async def contact(self, phone: str, *, own: bool = True) -> Heard:
        """A contact, the sender's own or somebody else's."""
        return await self.sends(Contact(phone=phone, own=own))

    async def photo(self, file_id: int) -> Heard:
        """A photo that is in the store already."""
        return await self.sends(Photo(file_id=file_id))

    async def sends(self, content: Content) -> Heard:
        """Anything."""
        receipt = await self.house.inbox.put(
            Inbound(
                channel=self.channel,
                conversation=self.key,
                external_id=f"{self.key}:{next(self._ids)}",
                content=content,
                at=self.house.clock.now(),
                address=self.address,
            )
        )
        self.number = receipt.conversation_id
        heard = await self.hears()
        self.trace = (await self.house.inbox.outcome(receipt.inbox_id)).trace
        return heard

    async def waits(self, time: timedelta) -> Heard:
        """The clock moves on; what comes by itself is the answer."""
        self.house.clock.move(time)
        return await self.hears()

    async def hears(self) -> Heard:
        """Whatever has come since: reminders, news, staff."""
        await self.house.engine.serve(self.number)
        lines = await self.house.log.after(self.number, self._seen, 200)
        self._seen = lines[-1].id if lines else self._seen
        self.heard = Heard(line for line in lines if isinstance(line, Reply))
        self.all += self.heard
        return self.heard

    @property
    def route(self) -> str:
        """The route of the last message."""
        return self.trace.route if self.trace else ""

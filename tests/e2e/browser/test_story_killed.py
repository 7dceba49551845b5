"""The story of a person who takes over, in real processes whose worker is killed in the middle.

The rider is on the Telegram that is none; staff sit in two browsers. The worker is stopped inside
its turn by a lock on the log, and killed there: once nothing of the turn is written, once all of
it is and nobody has heard. At the end the books must balance.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from playwright.async_api import Page, expect

from bot.inbox import Bells
from bot.log import Log
from bot.messages import RiderLine
from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_user import TelegramUser
from knowledge.clock import SystemClock
from knowledge.database import Database
from knowledge.duty_roster import Shift
from knowledge.handoff_moves import EVENTS, State, legal
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.bot.door import Door
from tests.conftest import ROOT
from tests.e2e.browser.story import NOTE, give_back, start_form, take_at_once, write
from tests.soak.processes import Processes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
]

PATIENCE = 60.0
"""Seconds that a busy machine may need for a process's start and an answer behind it."""

STAFF = ("赵敏", "王师傅")


class Street:
    """A house of real processes on one database, and the Telegram that its riders use."""

    def __init__(
        self, url: str, database: Database, telegram: FakeTelegram, processes: Processes
    ) -> None:
        self.url, self.database = url, database
        self.telegram, self.processes = telegram, processes
        self.rider = TelegramUser(telegram)
        self.said: list[str] = []
        self.read = 0

    async def says(self, text: str) -> None:
        self.said.append(text)
        await self.rider.text(text)

    async def presses(self, label: str) -> None:
        """Of the newest message with such a button; the log has all that is written on it."""
        shown = [button["text"] for one in self.rider.chat.from_bot[::-1] for button in one.buttons]
        self.said.append(next(text for text in shown if label in text))
        await self.rider.press(self.said[-1])

    async def reads(self, *words: str) -> None:
        """Wait until a message of the bot, behind the last that was read, has these words.

        Raises:
            AssertionError: none has; with what there is.
        """
        chat, began = self.rider.chat, self.read
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    chat.grown.clear()
                    for message in chat.from_bot[self.read :]:
                        self.read += 1
                        if all(word in message.text for word in words):
                            return
                    await chat.grown.wait()
        found = [message.text for message in chat.from_bot[began:]]
        raise AssertionError(f"{words} isn't in {found}")

    async def rests(self) -> None:
        """Wait until nothing is under way to the rider."""
        waits = "select count(*) from outbox where state in ('ready', 'sending')"
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.database.begin() as unit:
                    if await unit.rows(waits) == [(0,)]:
                        return
                await asyncio.sleep(0.2)

    @contextlib.asynccontextmanager
    async def killed_in_its_turn(self, *, undone: bool) -> AsyncIterator[None]:
        """What is sent inside is taken on by a worker that is killed before it hears of its end.

        `undone`: PostgreSQL notices at once and undoes it; else it goes on to the end.
        """
        connection = await asyncpg.connect(self.url)
        try:
            hold = connection.transaction()
            await hold.start()
            await connection.execute("lock table messages in share mode")
            yield
            stuck = await waiting_for(connection)
            await self.processes.shoot("worker")
            if undone:
                for pid in stuck:
                    await connection.execute("select pg_terminate_backend($1)", pid)
            await hold.rollback()
        finally:
            await connection.close()


async def waiting_for(connection: Any) -> list[int]:
    """The backends that wait to write into the log, as soon as there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = await connection.fetch(
                "select pid from pg_locks where relation = 'messages'::regclass and not granted"
            )
            if rows:
                return [row["pid"] for row in rows]
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path, full_model: Path) -> Path:
    """A data directory with the trained model."""
    (tmp_path / "models").symlink_to(full_model.parent)
    (tmp_path / "vectors").symlink_to(ROOT / ".cache" / "vectors")
    return tmp_path


@pytest.fixture
async def street(empty_database_url: str, folder: Path) -> AsyncIterator[Street]:
    database = Database(empty_database_url, Keyring.at(folder / "keys"), pool_size=2)
    await migrate(database)
    await load_demonstration(database)
    await database.refresh_regions()
    async with FakeTelegram() as telegram:
        processes = Processes(
            folder, empty_database_url, telegram.url, telegram.token,
            rasa=False, roles=("web", "worker", "sender"),
        )  # fmt: skip
        await processes.start()
        try:
            yield Street(empty_database_url, database, telegram, processes)
        finally:
            await processes.stop()
            await database.close()


@pytest.fixture
async def desks(street: Street, phones: Any) -> tuple[Page, Page]:
    """The browsers of two who are on duty around the clock, with the list open."""
    door = Door(street.database)
    street.database.clock = SystemClock()
    pages: list[Page] = []
    for name in STAFF:
        account = await door.member(name)
        async with street.database.begin() as unit:
            token = await unit.sessions.begin(account, "test", complete=True)
            await unit.duty.put_shift(Shift(name, None, "daily", 0, 1440))
        phone = await phones(viewport={"width": 1280, "height": 900})
        phone.context.set_default_timeout(PATIENCE * 1000)
        phone.page.set_default_timeout(PATIENCE * 1000)
        url = f"http://127.0.0.1:{street.processes.ports[0]}/"
        await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": url}])
        await phone.page.goto(f"{url}console/inbox")
        pages.append(phone.page)
    return pages[0], pages[1]


async def test_nothing_is_lost_or_doubled_when_the_worker_is_killed(
    street: Street, desks: tuple[Page, Page]
) -> None:
    """After a person took over, before the answer; and while the bot runs a form for them."""
    one, two = desks
    await street.says("我要入会")
    await street.reads("哪一行")
    await street.presses("送外卖")
    await street.reads("哪")
    await street.says("转人工")
    await street.reads("第一位")
    row = one.locator(".talk-row")
    await expect(row).to_have_count(1)
    number = int(str(await row.get_attribute("data-number")))
    for page in (one, two):
        await page.goto(page.url.partition("inbox")[0] + f"inbox/{number}")
    staff, name = await take_at_once(one, two, STAFF)
    await street.reads(name)

    async with street.killed_in_its_turn(undone=True):
        await write(staff, "您好，请问押金多少")
        await expect(staff.locator("li.pending")).to_have_count(1)
    await street.reads("您好，请问押金多少")
    await expect(staff.locator("li.pending")).to_have_count(0)
    mark = staff.locator("li.speech.staff").last.locator("[data-delivery]")
    await expect(mark).to_have_text("已送达")
    await street.says("押金八百块一直不退")
    await expect(staff.locator("li.speech.rider .bubble").last).to_have_text("押金八百块一直不退")

    await start_form(staff, "report_problem")
    await street.reads("什么问题")
    async with street.killed_in_its_turn(undone=False):
        await street.says("芝罘区南大街的路灯不亮了")
    await street.reads("照片")
    await street.presses("以后再补")
    await street.reads("同意吗")
    await street.presses("同意")
    await street.reads("请核对一下")
    await street.presses("确认提交")
    await street.reads("查询码")
    await street.reads("接着跟您说")
    await write(staff, "记下了，会有人去修")
    await street.reads("记下了，会有人去修")

    await give_back(staff)
    await street.reads("交代", NOTE)
    await street.reads("手机")
    await street.presses("5 很好")
    await street.reads("想多说一句")
    await street.says("很耐心")
    await street.reads("谢谢您告诉我们")
    await street.rests()
    await balance(street, number)


async def balance(street: Street, number: int) -> None:
    """Every line once on both sides, the book of the handoff legal, each effect once."""
    assert street.processes.kills == Counter(worker=2)
    street.telegram.check()
    read = [message.text for message in street.rider.chat.from_bot]
    for text in ("您好，请问押金多少", "记下了，会有人去修"):
        assert read.count(text) == 1
    for word in ("什么问题", "有照片的话", "同意吗", "接着跟您说"):
        assert len([text for text in read if word in text]) == 1, read
    async with street.database.begin() as unit:
        handoff = await unit.handoffs.get(number)
        assert handoff is not None
        state: State = "none"
        steps: list[str] = []
        for one in await unit.handoffs.happened(handoff):
            if one.event in EVENTS:
                after = legal(state, cast(Any, one.event))
                assert after is not None, (state, one.event)
                state = after
                steps.append(one.event)
        assert (steps, state) == (["ask", "take", "return"], "returned")
        assert await unit.handoff_ratings.of(handoff) == (5, "很耐心")
        assert await unit.rows(
            "select count(*) from cases where kind = 'report' and conversation_id = $1",
            handoff.conversation,
        ) == [(1,)]
        outbox = Counter(row[0] for row in await unit.rows("select state from outbox"))
        kept = await unit.rows("select platform_id from outbox where state = 'sent'")
    assert outbox["sent"] + outbox["unknown"] == outbox.total(), outbox
    assert len({row[0] for row in kept}) == outbox["sent"]
    assert outbox["sent"] <= len(read) <= outbox.total()
    lines = await Log(street.database, Bells()).after(handoff.conversation, 0, 200)
    assert [line.text for line in lines if isinstance(line, RiderLine)] == street.said

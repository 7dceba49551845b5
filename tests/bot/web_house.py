"""A small house in memory for the web chat: same manners as the real inbox and log, no database.

The contract that both keep is in `bot/channels/web_parts.py`; the conversations of `tests/e2e` go
through the real one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from actions.content import Button, Card, Link, Location, Photo, Press, Reply, Text
from bot.images import CleanPhoto
from bot.messages import Inbound, Outcome, Receipt, RiderLine, Trace

HELLO = {
    "zh": (
        "你好，我是工友，工会的聊天助手。我是机器人，答不了的，可以请工会的人来接着说。\n你想办哪件事？",
        ("找地方歇脚", "加入工会", "查理赔进度", "夜校课程", "问问题", "找人说话"),
    ),
    "en": (
        "Hello, I am Gongyou, the union's assistant. I am a machine; where I can't help, a person "
        "from the union can take over.\nWhat would you like to do?",
        (
            "Find a place to rest",
            "Join the union",
            "Where is my claim",
            "Night school",
            "Ask a question",
            "Talk to a person",
        ),
    ),
}
HELLO_IDS = (
    "r:find_station",
    "r:join_union",
    "r:claim_status",
    "r:find_course",
    "r:faq",
    "r:talk_to_human",
)


@dataclass
class Book:
    """One conversation's log."""

    lines: list[Reply | RiderLine] = field(default_factory=list)
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)
    held: bool = False


class House:
    """Inbox, log and photos at once."""

    def __init__(self) -> None:
        self.inbound: list[Inbound] = []
        self.numbers: dict[str, int] = {}
        self.books: defaultdict[int, Book] = defaultdict(Book)
        self.files: dict[int, tuple[int, CleanPhoto]] = {}
        self.fail_puts = 0
        self._inbox: dict[tuple[str, str], int] = {}
        self._outcomes: dict[int, asyncio.Future[Outcome]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_line = 0

    async def held(self, conversation: int) -> bool:
        return self.books[conversation].held

    async def number(self, bot: str, channel: str, key: str) -> int | None:
        return self.numbers.get(key)

    async def put(self, inbound: Inbound) -> Receipt:
        if self.fail_puts:
            self.fail_puts -= 1
            raise RuntimeError("the store is away")
        number = self.numbers.setdefault(inbound.conversation, len(self.numbers) + 1)
        key = (inbound.conversation, inbound.external_id)
        if key in self._inbox:
            return Receipt(self._inbox[key], number, repeated=True)
        inbox_id = self._inbox[key] = len(self._inbox) + 1
        self.inbound.append(inbound)
        self._outcomes[inbox_id] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._turn(inbox_id, number, inbound))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Receipt(inbox_id, number, repeated=False)

    async def wait(self, receipt: Receipt, seconds: float) -> Outcome:
        try:
            return await asyncio.wait_for(asyncio.shield(self._outcomes[receipt.inbox_id]), seconds)
        except TimeoutError:
            return Outcome("pending")

    async def after(
        self, conversation: int, message_id: int = 0, limit: int = 50
    ) -> list[Reply | RiderLine]:
        lines = self.books[conversation].lines
        if not message_id:
            return lines[-limit:]
        return [line for line in lines if line.id > message_id][:limit]

    async def before(
        self, conversation: int, message_id: int | None = None, limit: int = 50
    ) -> list[Reply | RiderLine]:
        lines = self.books[conversation].lines
        return [line for line in lines if message_id is None or line.id < message_id][-limit:]

    async def elsewhere(
        self, conversation: int, message_id: int | None, limit: int
    ) -> list[Reply | RiderLine] | None:
        return None

    async def subscribe(
        self, conversation: int, after: int
    ) -> AsyncIterator[Reply | RiderLine | None]:
        book = self.books[conversation]
        if not after:
            after = book.lines[-1].id if book.lines else -1
        while True:
            for line in [line for line in book.lines if line.id > after]:
                after = line.id
                yield line
            async with book.grown:
                if not book.lines or book.lines[-1].id <= after:
                    await book.grown.wait()

    async def keep(self, inbound: Inbound, photo: CleanPhoto) -> int:
        number = self.numbers.setdefault(inbound.conversation, len(self.numbers) + 1)
        self.files[len(self.files) + 1] = (number, photo)
        return len(self.files)

    async def read(self, conversation: int, file_id: int) -> tuple[str, bytes]:
        owner, photo = self.files[file_id]
        if owner != conversation:
            raise LookupError(file_id)
        return photo.mime, photo.data

    async def say(self, conversation: int, *lines: Reply | RiderLine) -> list[Reply | RiderLine]:
        """Write lines into the log, numbered and dated, and ring."""
        book = self.books[conversation]
        numbered: list[Reply | RiderLine] = []
        for line in lines:
            self._next_line += 1
            numbered.append(
                line.model_copy(update={"id": self._next_line, "at": datetime.now(UTC)})
            )
        async with book.grown:
            book.lines.extend(numbered)
            book.grown.notify_all()
        return numbered

    async def _turn(self, inbox_id: int, number: int, inbound: Inbound) -> None:
        text = inbound.content.text if isinstance(inbound.content, Text) else ""
        if "慢" in text:
            await asyncio.sleep(2)
        if "很久" in text:
            await asyncio.sleep(30)
        own, replies = _rider_line(inbound), answers(inbound)
        held = self.books[number].held
        said = await self.say(number, own, *(() if held else replies))
        found = tuple(line for line in said if isinstance(line, Reply))
        self._outcomes[inbox_id].set_result(
            Outcome("held" if held else "answered", found, Trace(route="test", confidence=1.0))
        )


def _rider_line(inbound: Inbound) -> RiderLine:
    content = inbound.content
    text, file_id = "", None
    if isinstance(content, Text):
        text = content.text
    elif isinstance(content, Press):
        text = content.label or ""
    elif isinstance(content, Photo):
        text, file_id = content.caption or "", content.file_id
    return RiderLine(
        id=0,
        at=datetime.now(UTC),
        external_id=inbound.external_id,
        text=text,
        kind=content.kind,
        file_id=file_id,
    )


def answers(inbound: Inbound) -> list[Reply]:
    """What this house says: enough of everything that a page must be able to show."""
    content = inbound.content
    language = "en" if (inbound.language or "").startswith("en") else "zh"
    text = content.text if isinstance(content, Text) else ""
    pressed = content.id if isinstance(content, Press) else ""
    if pressed == "r:start":
        hello, labels = HELLO[language]
        buttons = tuple(Button(id=i, label=n) for i, n in zip(HELLO_IDS, labels, strict=True))
        return [Reply(text=hello, buttons=buttons)]
    if "find_station" in pressed or "驿站" in text:
        return [Reply(text="把位置发给我，我找最近的。", ask="location")]
    if isinstance(content, Location):
        return [STATIONS]
    if "find_course" in pressed or "夜校" in text:
        return [COURSES]
    if "不想活" in text:
        return [CRISIS]
    if "手机" in text:
        return [Reply(text="你的手机号是多少？", ask="contact")]
    if "拍" in text:
        return [Reply(text="拍一张给我看看。", ask="photo")]
    if "查询码" in text:
        return [Reply(text="编号 WH-3N6P8C，查询码 ••••••（只显示一天）。")]
    if isinstance(content, Photo):
        return [Reply(text="照片收到了，会转给工会的人看。")]
    return [
        Reply(
            text=f"你说的是：{text or pressed}",
            buttons=(Button(id="faq:yes", label="有用"), Button(id="faq:no", label="没用")),
        )
    ]


def _links(phone: str) -> tuple[Link, ...]:
    return (
        Link(
            label="高德地图",
            url="https://uri.amap.com/marker?position=110.33,20.03&coordinate=wgs84",
        ),
        Link(label="其他地图", url="geo:20.03,110.33"),
        Link(label="打电话", url=f"tel:{phone}"),
        Link(label="危险", url="javascript:alert(1)"),
    )


STATIONS = Reply(
    text="离你最近的三处（演示数据）：",
    cards=(
        Card(
            kind="station",
            title="龙华路户外劳动者驿站",
            lines=(
                "320 米 · 营业中，20 分钟后关门",
                "饮水、座位、充电、微波炉",
                "龙华路 12 号 · 谁都能进",
            ),
            links=_links("00000000001"),
        ),
        Card(
            kind="station",
            title="国贸商圈暖“新”驿站（外卖、快递专用）",
            lines=("850 米 · 24 小时", "饮水、换电、卫生间、空调", "国贸大道 8 号一楼 · 会员能进"),
            links=_links("00000000002"),
        ),
        Card(
            kind="station",
            title="海甸环卫工人休息室",
            lines=("1.2 公里 · 07:00 开门", "热水淋浴、取暖", "只给环卫工人用"),
            links=_links("00000000003")[:2],
        ),
    ),
    buttons=(
        Button(id="more:charging", label="要能充电的"),
        Button(id="more:open", label="现在开着的"),
        Button(id="more:next", label="再远一点的"),
    ),
)

COURSES = Reply(
    text="佛山这几周能报的课（演示数据）：",
    cards=(
        Card(
            kind="course",
            title="短视频拍摄与剪辑",
            lines=("周二、周四 19:30 · 12 月 1 日开课", "禅城区文化馆 · 还剩 6 个名额", "免费"),
            links=(Link(label="加到日历", url="/calendar/1.ics"),),
        ),
        Card(
            kind="course",
            title="无人机操作入门",
            lines=("周六 09:00 · 12 月 5 日开课", "已满，可以排候补（前面 3 人）"),
        ),
    ),
    buttons=(
        Button(id="enrol:1", label="报第一个"),
        Button(id="enrol:2", label="排第二个的候补"),
    ),
)

CRISIS = Reply(
    text="我在。你现在是不是很难受？先别一个人扛着。\n如果你或身边的人有危险，请马上打电话：",
    buttons=(
        Button(id="call:110", label="打 110 报警", url="tel:110"),
        Button(id="call:120", label="打 120 急救", url="tel:120"),
        Button(id="call:12356", label="打 12356 心理援助", url="tel:12356"),
    ),
)

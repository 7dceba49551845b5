"""Notices go out to whom they concern, on each one's ways, grouped, and never blindly twice."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.notice_robots import dingtalk_sign, feishu_sign, is_address
from bot.notice_sender import NoticeSender
from bot.notice_wires import MailServer, Wires
from bot.refused import CONSOLE_TEXTS
from bot.rehearsal.telegram_chats import Fault
from bot.wording import Texts
from knowledge.clock import CHINA
from knowledge.database import Database
from knowledge.notice_hours import Hours
from knowledge.notice_rows import NoticeSendingRow, Way
from knowledge.notice_ways import Wish
from knowledge.notices import KINDS, Kind
from tests.bot.door import Door
from tests.bot.mail_host import MailHost, mail_host
from tests.bot.robots import Platforms, platforms
from tests.bot.telegram_house import post_over

WAYS: tuple[Way, ...] = ("wecom", "dingtalk", "feishu")
TEXTS = Texts(CONSOLE_TEXTS)


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def groups(door: Door) -> AsyncIterator[Platforms]:
    async with platforms() as made:
        made.now = lambda: door.clock.now().timestamp()
        yield made


@pytest.fixture
async def mails() -> AsyncIterator[MailHost]:
    async with mail_host() as made:
        yield made


def sender(door: Door, mails: MailHost | None = None, name: str = "one") -> NoticeSender:
    server = MailServer("127.0.0.1", mails.port, "gongyou@example.org") if mails else None
    wires = Wires(mail=server, seconds=1.0)
    return NoticeSender(door.database, wires, TEXTS, name=name, public_url="https://union.example")


async def put(
    door: Door, kind: Kind = "handoff_waiting", region: str | None = "zhifu", **more: Any
) -> bool:
    async with door.database.begin() as unit:
        return await unit.notices.put(
            kind, region=region, **{"subject": "/console/inbox/12", **more}
        )


async def robot(
    door: Door, groups: Platforms, way: Way, region: str | None = "zhifu", **wish: Any
) -> int:
    async with door.database.begin() as unit:
        return await unit.notice_ways.add_robot(
            way, "工作群", region, Wish(**wish), groups.address(way)
        )


async def mail(door: Door, name: str, address: str, **wish: Any) -> None:
    async with door.database.begin() as unit:
        account = await unit.accounts.named(name)
        assert account is not None
        await unit.notice_ways.put(account, "email", Wish(**wish), {"email": address})


async def states(door: Door) -> list[str]:
    async with door.database.begin() as unit:
        rows = await unit.session.scalars(select(NoticeSendingRow).order_by(NoticeSendingRow.id))
        return [row.state for row in rows]


async def lists(door: Door, *names: str) -> list[int]:
    """How many notices each has."""
    found = []
    async with door.database.begin() as unit:
        for name in names:
            account = await unit.accounts.named(name)
            assert account is not None
            found.append(len(await unit.notices.of(account.id)))
    return found


async def work(*senders: NoticeSender) -> None:
    """Until nothing more is due."""
    while any([await one.step() for one in senders]):
        pass


async def test_a_notice_reaches_the_region_and_those_above_it(door: Door) -> None:
    """Not the region beside it, nor auditors, nor who is disabled or was only invited."""
    for name, role, region in (
        ("街道", "staff", "zhifu"), ("市里", "lead", "yantai"),
        ("省里", "administrator", "shandong"), ("全国", "staff", None),
        ("邻市", "staff", "weihai"), ("审计", "auditor", "zhifu"),
    ):  # fmt: skip
        await door.member(name, role, region)  # type: ignore[arg-type]
    gone = await door.member("停用", "staff", "zhifu")
    await door.accounts.disable(door.operator, gone.id)
    await door.accounts.invite(door.operator, name="刚请", role="staff", region="zhifu")
    await put(door)
    await put(door, region=None)
    await put(door, to="邻市")
    await work(sender(door))
    assert await lists(door, "街道", "市里", "省里", "全国", "邻市", "审计", "停用", "刚请") == [
        1, 1, 1, 2, 1, 0, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_each_platform_takes_form_and_sign(door: Door, groups: Platforms, way: Way) -> None:
    """The played platform checks both; its answer settles the row."""
    await robot(door, groups, way)
    await put(door, "crisis", level="urgent")
    await put(door)
    await work(sender(door))
    assert await states(door) == ["sent", "sent"]
    [(heard, said)] = groups.heard
    assert heard == way
    assert "有人求助，情况危急（zhifu）" in said
    assert "https://union.example/console/inbox/12" in said


@pytest.mark.parametrize("way", ["dingtalk", "feishu"])
async def test_a_wrong_sign_is_refused_for_good(door: Door, groups: Platforms, way: Way) -> None:
    """What the platform says is written down; nothing is repeated."""
    async with door.database.begin() as unit:
        address = {**groups.address(way), "secret": "another"}
        await unit.notice_ways.add_robot(way, "工作群", "zhifu", Wish(), address)
    await put(door)
    await work(sender(door))
    assert await states(door) == ["failed"]
    assert groups.calls == 1


def test_the_signs_are_those_of_the_platforms_own_examples() -> None:
    """Computed by the documents' own recipes, written out."""
    import base64, hashlib, hmac  # noqa: E401, I001

    moment, secret = "1599360473000", "demo"
    wanted = hmac.new(b"demo", b"1599360473000\ndemo", hashlib.sha256).digest()
    assert dingtalk_sign(secret, moment) == base64.b64encode(wanted).decode()
    wanted = hmac.new(b"1599360473\ndemo", b"", hashlib.sha256).digest()
    assert feishu_sign(secret, "1599360473") == base64.b64encode(wanted).decode()


@pytest.mark.parametrize(
    ("fault", "state", "calls"),
    [("500", "ready", 1), ("45009", "ready", 1), ("93000", "failed", 1), ("302", "failed", 1),
     ("hang", "unknown", 1)],
)  # fmt: skip
async def test_what_becomes_of_a_message_that_does_not_arrive(
    door: Door, groups: Platforms, fault: str, state: str, calls: int
) -> None:
    """Surely not accepted: again later. Refused: failed. Not answered: unknown, not repeated."""
    await robot(door, groups, "wecom")
    groups.faults = [fault]
    await put(door)
    await work(sender(door))
    assert (await states(door), groups.calls) == ([state], calls)
    door.clock.move(timedelta(minutes=2))
    await work(sender(door))
    assert await states(door) == ["sent" if state == "ready" else state]


async def test_an_urgent_one_of_which_nobody_knows_is_sent_once_more(
    door: Door, groups: Platforms
) -> None:
    """Once, and no more."""
    await robot(door, groups, "wecom")
    groups.faults = ["hang", "hang", "hang"]
    await put(door, "crisis", level="urgent")
    for _ in range(3):
        await work(sender(door))
        door.clock.move(timedelta(seconds=15))
    assert (await states(door), groups.calls) == (["unknown"], 2)


async def test_tries_end(door: Door, groups: Platforms) -> None:
    """With a back-off; then it is failed."""
    await robot(door, groups, "wecom")
    groups.faults = ["500"] * 20
    await put(door)
    for _ in range(12):
        await work(sender(door))
        door.clock.move(timedelta(hours=1))
    assert (await states(door), groups.calls) == (["failed"], 8)


async def test_no_storm(door: Door, groups: Platforms) -> None:
    """A hundred notices are one message with counts; the next comes when the time is over."""
    await robot(door, groups, "wecom", every=10)
    await put(door)
    await work(sender(door))
    for number in range(100):
        await put(door, "message", subject=f"/console/inbox/{number}")
    await work(sender(door))
    assert len(groups.heard) == 1
    door.clock.move(timedelta(minutes=9, seconds=50))
    await work(sender(door))
    assert len(groups.heard) == 1
    door.clock.move(timedelta(seconds=11))
    await work(sender(door))
    assert len(groups.heard) == 2
    assert "骑手有新消息 ×100（zhifu）" in groups.heard[1][1]
    assert groups.heard[1][1].endswith("https://union.example/console/notices")


async def test_urgent_ones_go_at_once_and_are_no_storm_either(
    door: Door, groups: Platforms
) -> None:
    """They don't wait for the group's minutes; twenty of one moment are two messages."""
    await robot(door, groups, "wecom", every=60)
    await put(door)
    await work(sender(door))
    door.clock.move(timedelta(seconds=15))
    await put(door, "crisis", level="urgent")
    await work(sender(door))
    assert len(groups.heard) == 2
    assert groups.bodies[1]["text"]["mentioned_list"] == ["@all"]
    for _ in range(19):
        await put(door, "crisis", level="urgent")
        await work(sender(door))
    assert len(groups.heard) == 2
    door.clock.move(timedelta(seconds=15))
    await work(sender(door))
    assert len(groups.heard) == 3
    assert "×19" in groups.heard[2][1]


async def test_two_processes_spread_and_send_once(door: Door, groups: Platforms) -> None:
    """However they run into each other."""
    for way in WAYS:
        await robot(door, groups, way)
    for number in range(10):
        await put(door, subject=f"/console/inbox/{number}")
    senders = [sender(door, name=name) for name in "abcd"]
    await asyncio.gather(*(work(one) for one in senders))
    assert sorted(way for way, _ in groups.heard) == sorted(WAYS)
    assert await states(door) == ["sent"] * 30


async def test_a_killed_sender_leaves_unknown_ones(door: Door, groups: Platforms) -> None:
    """Not repeated when the lease is over; what is urgent is, once."""
    await robot(door, groups, "wecom")
    await put(door)
    async with door.database.begin() as unit:
        await unit.notice_sending.spread()
    async with door.database.begin() as unit:
        assert len(await unit.notice_sending.claim("killed")) == 1
    await work(sender(door))
    assert await states(door) == ["sending"]
    door.clock.move(timedelta(minutes=2))
    await work(sender(door))
    assert (await states(door), groups.calls) == (["unknown"], 0)
    await put(door, "crisis", level="urgent")
    async with door.database.begin() as unit:
        await unit.notice_sending.spread()
    async with door.database.begin() as unit:
        assert len(await unit.notice_sending.claim("killed")) == 1
    door.clock.move(timedelta(minutes=2))
    await work(sender(door))
    assert (await states(door), groups.calls) == (["unknown", "sent"], 1)


async def test_each_one_s_hours_and_kinds(door: Door, mails: MailHost) -> None:
    """Outside the hours it waits for them; what wasn't wished for isn't sent at all."""
    await door.member("王师傅", "staff", "zhifu")
    hours = Hours(9 * 60, 17 * 60, urgent_always=False)
    await mail(door, "王师傅", "wang@example.org", kinds=("message",), hours=hours, every=1)
    night = door.clock.now().astimezone(CHINA).replace(hour=22, minute=0, second=0) + timedelta(
        days=1
    )
    door.clock.move(night - door.clock.now())
    await put(door, "message")
    await put(door, "mention")
    await work(sender(door, mails))
    assert (await states(door), mails.letters) == (["ready"], [])
    door.clock.move(timedelta(hours=10, minutes=59))
    await work(sender(door, mails))
    assert mails.letters == []
    door.clock.move(timedelta(minutes=1))
    await work(sender(door, mails))
    assert len(mails.letters) == 1
    assert await lists(door, "王师傅") == [2]


@pytest.mark.parametrize(
    ("hours", "at", "level", "opens"),
    [
        (Hours(), "03:00", "info", "03:00"),
        (Hours(540, 1020), "08:59", "info", "09:00"),
        (Hours(540, 1020), "09:00", "info", "09:00"),
        (Hours(540, 1020), "17:00", "info", "+09:00"),
        (Hours(540, 1020), "23:00", "urgent", "23:00"),
        (Hours(540, 1020, False), "23:00", "urgent", "+09:00"),
        (Hours(1200, 480), "23:00", "info", "23:00"),
        (Hours(1200, 480), "07:59", "info", "07:59"),
        (Hours(1200, 480), "08:00", "info", "20:00"),
        (Hours(540, 540), "03:00", "info", "03:00"),
    ],
)
def test_hours_over_midnight_and_all_day(hours: Hours, at: str, level: Any, opens: str) -> None:
    """China's clock; `+` is the day after."""
    now = datetime.strptime(f"2026-11-26 {at}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    day = 27 if opens.startswith("+") else 26
    opening = f"2026-11-{day} {opens.lstrip('+')} +0800"
    assert hours.next(now, level) == datetime.strptime(opening, "%Y-%m-%d %H:%M %z")


@pytest.mark.parametrize(
    ("fault", "state"), [("", "sent"), ("550", "failed"), ("450", "ready"), ("hang up", "unknown")]
)
async def test_a_mail_and_what_may_become_of_it(
    door: Door, mails: MailHost, fault: str, state: str
) -> None:
    """In the account's language, with a link, and marked as written by a machine."""
    await door.member("王师傅", "staff", "zhifu")
    await mail(door, "王师傅", "wang@example.org")
    mails.faults = [fault]
    await put(door, "clock_broken", level="warning", subject="/console/cases/7")
    await work(sender(door, mails))
    assert await states(door) == [state]
    if state == "sent":
        letter = email.message_from_bytes(mails.letters[0].encode(), policy=email.policy.default)
        assert letter["Subject"] == "工友后台：1 条通知"
        assert letter["Auto-Submitted"] == "auto-generated"
        body = letter.get_content()
        assert body.splitlines() == [
            "时限已过（zhifu）", "", "https://union.example/console/cases/7",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "level", "state", "read"),
    [
        (None, "info", "sent", 1),
        ("500", "info", "sent", 1),  # surely not taken: again
        ("accept_and_drop", "info", "unknown", 1),  # nobody knows, not repeated
        ("accept_and_drop", "urgent", "sent", 2),  # but for what is urgent, once
        ("blocked", "info", "failed", 0),  # they have shut the bot out
    ],
)
async def test_a_linked_telegram_and_what_may_become_of_it(
    database: Database, fault: Any, level: Any, state: str, read: int
) -> None:
    """Said by the riders' own bot to the linked account, and to nobody else of the region."""
    async with post_over(database) as post:
        door = await Door.on(database)
        account = await door.member("王师傅", "staff", "zhifu")
        await door.member("李师傅", "staff", "zhifu")
        staff, rider = post.user(7101), post.user(7102)
        async with database.begin() as unit:
            address = {"chat": str(staff.chat.id)}
            await unit.notice_ways.put(account, "telegram", Wish(every=0), address)
        if fault == "blocked":
            staff.chat.blocked = True
        elif fault:
            post.telegram.fail(Fault(fault))
        await put(door, "crisis" if level == "urgent" else "handoff_waiting", level=level)
        one = NoticeSender(
            database, Wires(telegram=post.api), TEXTS, name="one",
            public_url="https://union.example",
        )  # fmt: skip
        for _ in range(3):
            await work(one)
            door.clock.move(timedelta(minutes=2))
        assert await states(door) == [state]
        said = [message.text for message in staff.chat.from_bot]
        assert len(said) == read
        assert all("https://union.example/console/inbox/12" in text for text in said)
        assert not rider.chat.from_bot


async def test_without_a_mail_server_it_waits_for_the_next_try(door: Door, mails: MailHost) -> None:
    """Nobody listens there: surely not accepted."""
    await door.member("王师傅", "staff", "zhifu")
    await mail(door, "王师傅", "wang@example.org")
    await mails.close()
    await put(door)
    await work(sender(door, mails))
    assert await states(door) == ["ready"]


async def test_a_way_that_is_ended_hears_nothing_more(door: Door, groups: Platforms) -> None:
    """Also not what was waiting; the address is gone from the table."""
    number = await robot(door, groups, "wecom")
    await put(door)
    async with door.database.begin() as unit:
        await unit.notice_sending.spread()
        await unit.notice_ways.end_robot(number)
    await put(door)
    await work(sender(door))
    assert (await states(door), groups.calls) == (["failed"], 0)
    async with door.database.begin() as unit:
        assert await unit.notice_ways.address(number) == {}


@pytest.mark.parametrize(
    ("way", "url", "good"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", True),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x", True),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/x", True),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", False),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=x", False),
        ("wecom", "https://qyapi.weixin.qq.com.example.org/send?key=x", False),
        ("wecom", "https://qyapi.weixin.qq.com:8443/send?key=x", False),
        ("wecom", "https://me@qyapi.weixin.qq.com/send?key=x", False),
        ("wecom", "https://127.0.0.1/send", False),
        ("wecom", "http://169.254.169.254/latest/meta-data", False),
        ("wecom", "file:///etc/passwd", False),
        ("wecom", "https://[", False),
        ("wecom", "", False),
    ],
)
def test_a_robot_s_address_leads_to_its_platform_only(way: Way, url: str, good: bool) -> None:
    """Not into our own network; a host of the operator's own is named in a setting."""
    assert is_address(way, url) is good


PERSONAL = ("13900000001", "370602199001011234", "林晓", "想不开", "王师傅", "芝罘路")


def _texts(door: Door, groups: Platforms, mails: MailHost) -> Sequence[str]:
    letters = [
        str(email.message_from_bytes(one.encode(), policy=email.policy.default))
        for one in mails.letters
    ]
    decoded = [
        email.message_from_bytes(one.encode(), policy=email.policy.default).get_content()
        for one in mails.letters
    ]
    return [*(said for _, said in groups.heard), *map(str, groups.bodies), *letters, *decoded]


async def test_nothing_that_goes_out_holds_personal_data(
    door: Door, groups: Platforms, mails: MailHost
) -> None:
    """Every kind on every way, about a rider whose data are known: all of it is read."""
    await door.member("王师傅", "staff", "zhifu")
    await mail(door, "王师傅", "w@example.org", every=0)
    for way in WAYS:
        await robot(door, groups, way, every=0)
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {"name": "林晓", "phone": "13900000001", "id_number": "370602199001011234"}
        await unit.people.change(person, fields, actor="rider", region="zhifu")
        conversation, rider = await unit.conversations.find_or_begin("main", "web", "k")
        await unit.handoffs.open(
            conversation, rider, kind="crisis", region="zhifu", summary="林晓：想不开，在芝罘路"
        )
    for number, kind in enumerate(KINDS):
        level = ("info", "warning", "urgent")[number % 3]
        await put(door, kind, level=level, subject=f"/console/inbox/{conversation}")
        await work(sender(door, mails))
        door.clock.move(timedelta(seconds=15))
    said = _texts(door, groups, mails)
    assert len(groups.heard) == len(KINDS) * len(WAYS)
    assert len(mails.letters) == len(KINDS)
    for one in said:
        assert not [secret for secret in PERSONAL if secret in one]
        # Our own signs' times and letters' numbers aside, nothing is as long as a phone number.
        plain = re.sub(r"('timestamp': '\d+'|'sign': '[^']+'|Message-ID: \S+)", "", one)
        assert not re.search(r"\d{11,}", plain), plain


async def test_a_robot_s_secrets_lie_sealed(door: Door, groups: Platforms) -> None:
    """No column of the table reads them, nor an address."""
    await robot(door, groups, "feishu")
    async with door.database.begin() as unit:
        row = (await unit.session.execute(text("select notice_ways::text from notice_ways"))).one()
    for secret in ("SEC000", "hook", groups.host):
        assert secret not in row[0]
        assert secret.encode().hex() not in row[0]

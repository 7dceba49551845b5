"""What people wrote can be found neither in the database nor in the log."""

from __future__ import annotations

import asyncpg
import pytest
import structlog

from actions.content import StaffAct, StaffSay
from bot.handoff import wants_back
from tests.actions.talk import Talk, open_house

SECRETS = (
    "欧阳锦绣",
    "13911112222",
    "13911112222"[-8:],
    "110101199003074514",
    "我家住在贝壳胡同",
    "顺风达快递公司",
    "工作人员说的悄悄话",
    "37.501234",
    "不想活了",
    "电驴子饿了上哪儿喂",
)
"""Values that the conversations below hold, and that nothing else in the house does."""


async def _talks(url: str) -> None:
    async with open_house(url) as house:
        join = Talk(house)
        await join.says("我要入会")
        for line in (
            "快递",
            "威海经区",
            "13911112222",
            "欧阳锦绣",
            "110101199003074514",
            "顺风达快递公司",
            "同意",
            "确认",
            "我家住在贝壳胡同，能帮我吗",
        ):
            await join.says(line)
        await join.shares(37.501234, 122.101234)
        await join.says("人工")
        for content in (
            StaffAct(staff="王", act="take"),
            StaffSay(staff="王", text="工作人员说的悄悄话"),
            StaffAct(staff="王", act="return"),
        ):
            await join.sends(content)
        sad = Talk(house, channel="telegram")
        await sad.says("我不想活了")
        await sad.contact("+8613911112222")
        odd = Talk(house)
        await odd.says("我叫欧阳锦绣，电驴子饿了上哪儿喂它")
        await odd.says("人工")
        wrong = Talk(house)
        await wrong.says("查理赔 YT-7K3Q9M 111111")
        await wrong.says("13911112222")


async def _dump(url: str) -> bytes:
    """Every value of every table as text; bytes as they are."""
    connection = await asyncpg.connect(url)
    found: list[bytes] = []
    try:
        tables = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public'"
        )
        for (table,) in tables:
            for row in await connection.fetch(f'select * from "{table}"'):
                found += [
                    value if isinstance(value, bytes) else str(value).encode()
                    for value in row.values()
                ]
    finally:
        await connection.close()
    return b"\n".join(found)


async def test_the_whole_database_holds_nothing_that_was_written(database_url: str) -> None:
    """A dump after whole conversations is searched for every value that they hold."""
    await _talks(database_url)
    dump = await _dump(database_url)
    assert b"weihai-jingkai" in dump, "the dump is of the right database"
    assert b"out_of_scope\nopen" in dump, "a line stands on the review list"
    assert [value for value in SECRETS if value.encode() in dump] == []


async def test_the_log_holds_nothing_that_was_written(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole conversations' log lines are bound to conversation and turn, and name nobody."""
    with structlog.testing.capture_logs() as lines:
        await _talks(database_url)
    told = repr(lines) + "".join(capsys.readouterr())
    assert any(line["event"] == "turn" for line in lines)
    assert [value for value in SECRETS if value in told] == []
    assert not wants_back("顺便问一下")

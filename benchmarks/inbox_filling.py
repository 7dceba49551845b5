"""Fills the staff's inbox: open conversations with their clocks, and past ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.articles_house import KEYS
from knowledge.database import Database
from knowledge.secrets import seal

Say = Callable[[str], None]

PAST_EACH = 10
"""Past conversations of a person."""

CHUNK = 20_000
REGIONS = ("weihai-jingkai", "yantai", "weihai", "haikou", None)
TABLES = ("persons", "conversations", "inbox", "messages", "handoffs")

CLOCKS = """
    insert into clock_timers
        (source, number, measure, kind, region, subject, since, minutes, warns_at, breaks_at)
    select 'handoff', id::text, case state when 'held' then 'next_answer' else 'first_answer' end,
        kind, region, '/console/inbox/' || id, opened_at, 30,
        $1::timestamptz + id * interval '1 minute', $1::timestamptz + id * interval '80 seconds'
    from handoffs where state in ('waiting', 'held')
"""
"""A clock for each open conversation, none of them due during the measuring's first minute."""


@dataclass
class Filling:
    """Rows that are copied into the tables next."""

    now: datetime
    rows: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    persons: int = 0
    conversations: int = 0
    lines: int = 0

    def person(self) -> tuple[UUID, bytes]:
        """A new one, with a key of their own."""
        self.persons += 1
        person, key = UUID(int=self.persons + 2**64), bytes([1]) * 28 + self.persons.to_bytes(4)
        key_id, wrapped = KEYS.wrap(key)
        profile = seal(key, '{"name":"林晓"}'.encode(), "profile")
        self.rows["persons"].append(
            (person, key_id, wrapped, self.now, "weihai-jingkai", "food_delivery", profile)
        )
        return person, key

    def conversation(self, person: UUID, key: bytes, *, lines: int, ended: bool) -> int:
        """One with lines by turns of the rider and the bot, and its handoff; its number."""
        self.conversations += 1
        number = self.conversations
        at = self.now - timedelta(minutes=number % 5000, days=1 if ended else 0)
        web = hashlib.sha256(token_of(number).encode()).hexdigest()
        self.rows["conversations"].append((number, "main", "web", web, person, "zh", at, at))
        said = seal(key, '{"kind":"text","text":"工伤怎么认定","file_id":null}'.encode(), "message")
        heard = seal(key, '{"text":"工伤认定要在三十天内申请。"}'.encode(), "message")
        trace = seal(
            key,
            b'{"route":"report_dispute","confidence":0.8,"reasons":[],"source":"head"}',
            "trace",
        )
        for line in range(lines):
            self.lines += 1
            inbox = self.lines
            then = at + timedelta(seconds=line)
            row = (inbox, number, f"m{line}", "text", then, then, then, trace)
            self.rows["inbox"].append(row)
            self.rows["messages"].append((number, inbox, 0, "rider", then, said))
            self.rows["messages"].append((number, inbox, 1, "bot", then, heard))
        held = not ended and number % 2 == 0
        state = "closed" if ended else "held" if held else "waiting"
        summary = seal(key, '"诉求：工伤认定\\n原话：工伤怎么认定"'.encode(), "handoff")
        taken = at if held or ended else None
        over = at + timedelta(minutes=20) if ended else None
        staff = "bench" if held or ended else None
        self.rows["handoffs"].append(
            (
                number, number, person, state, "person", 10, REGIONS[number % len(REGIONS)],
                summary, staff, at, taken, over,
            )
        )  # fmt: skip
        return number


COLUMNS = {
    "persons": (
        "id", "key_id", "wrapped_key", "created_at", "region", "sector", "profile",
    ),
    "conversations": (
        "id", "bot", "channel", "key", "person_id", "language", "created_at", "seen_at",
    ),
    "inbox": (
        "id", "conversation_id", "external_id", "kind", "received_at", "due_at", "handled_at",
        "trace",
    ),
    "messages": ("conversation_id", "inbox_id", "part", "who", "at", "body"),
    "handoffs": (
        "id", "conversation_id", "person_id", "state", "kind", "priority", "region", "summary",
        "staff", "opened_at", "taken_at", "ended_at",
    ),
}  # fmt: skip


def token_of(conversation: int) -> str:
    """The web chat's token of a made-up rider."""
    return hashlib.sha256(f"bench {conversation}".encode()).hexdigest()


async def fill(database: Database, open_: int, past: int, say: Say) -> list[int]:
    """Copy everything; the numbers of open conversations that somebody has."""
    filling = Filling(database.clock.now())
    connection = await asyncpg.connect(database.plain_url)
    held: list[int] = []
    try:
        for at in range(open_):
            number = filling.conversation(*filling.person(), lines=10, ended=False)
            if number % 2 == 0:
                held.append(number)
            if at % CHUNK == CHUNK - 1:
                await _copy(connection, filling)
        for at in range(0, past, PAST_EACH):
            person, key = filling.person()
            for _ in range(min(PAST_EACH, past - at)):
                filling.conversation(person, key, lines=2, ended=True)
            if len(filling.rows["conversations"]) >= CHUNK:
                await _copy(connection, filling)
                say(f"{at + PAST_EACH} of {past}")
        await _copy(connection, filling)
        for name in TABLES[1:]:
            highest = f"(select coalesce(max(id), 1) from {name})"
            await connection.execute(
                f"select setval(pg_get_serial_sequence('{name}', 'id'), {highest})"
            )
        await connection.execute(CLOCKS, filling.now + timedelta(hours=1))
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return held


async def _copy(connection: Any, filling: Filling) -> None:
    for name in TABLES:
        await connection.copy_records_to_table(
            name, records=filling.rows[name], columns=COLUMNS[name]
        )
        filling.rows[name] = []

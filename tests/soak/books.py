"""The books must balance: what the riders did is there once, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import asyncpg

from bot.rehearsal.telegram import FakeTelegram
from bot.sender import AT_ONCE
from tests.soak.riders import Tally

QUERIES = {
    "messages": "select count(*) from inbox where kind in ('text', 'button')",
    "handled": "select count(*) from inbox where kind in ('text', 'button') "
    "and handled_at is not null and not parked",
    "parked": "select count(*) from inbox where parked",
    "rider_lines": "select count(*) from messages where part = 0",
    "unanswered": "select count(*) from inbox i where kind in ('text', 'button') and not exists "
    "(select 1 from messages m where m.inbox_id = i.id and m.part = 1)",
    "gaps": "select count(*) from (select inbox_id, max(part) + 1 - count(*) as gap "
    "from messages group by inbox_id) g where gap not in (0, 1)",
    "enrolled": "select count(*) from enrolments where state in ('enrolled', 'waiting')",
    "seats": "select coalesce(sum(taken), 0)::int from courses where code = $1",
    "seated": "select count(*) from enrolments where state = 'enrolled' and course = $1",
    "helpful": "select sum(helpful)::int from articles",
    "judgements": "select count(*) from judgements",
}


@dataclass
class Books:
    """The figures of a run, and what is wrong with them."""

    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def must(self, true: bool, what: str) -> None:
        if not true:
            self.wrong.append(what)


async def audit(
    connection: asyncpg.Connection[asyncpg.Record], tally: Tally, telegram: FakeTelegram,
    course: str, *, taken_before: int, kills_of_sender: int, faults: Counter[str],
) -> Books:  # fmt: skip
    """Compare the store, the fake Telegram and what the riders did."""
    books = Books()
    values = {"seats": [course], "seated": [course]}
    f = books.figures
    for name, query in QUERIES.items():
        f[name] = int(await connection.fetchval(query, *values.get(name, [])))
    states = await connection.fetch("select state, count(*) from outbox group by state")
    outbox = Counter({row["state"]: int(row["count"]) for row in states})
    twice = await connection.fetchval(
        "select count(*) from (select platform_id from outbox where platform_id is not null "
        "group by platform_id having count(*) > 1) t"
    )
    accepted = sum(len(chat.from_bot) for chat in telegram.chats.values())
    unclear = sum(n for kind, n in faults.items() if kind not in ("500", "429"))
    f |= {
        "sent": outbox["sent"], "unknown": outbox["unknown"], "outbox": outbox.total(),
        "accepted by Telegram": accepted, "repeated deliveries": tally.repeats,
        "kills of senders": kills_of_sender, "unclear faults": unclear,
    }  # fmt: skip
    must = books.must
    must(f["messages"] == tally.messages, "a message is lost or doubled in the inbox")
    must(f["handled"] == tally.messages, "a message isn't handled once")
    must(f["parked"] == 0, "a message was parked")
    must(f["rider_lines"] == tally.messages, "the log has another number of riders' lines")
    must(f["unanswered"] == 0, "a message has no reply")
    must(f["gaps"] == 0, "a reply is missing or doubled in the log")
    must(f["enrolled"] == tally.enrolling, "an enrolment is lost or doubled")
    must(f["seats"] - taken_before == f["seated"], "seats and enrolments differ")
    must(f["helpful"] == f["judgements"] == tally.judged, "a judgement is lost or doubled")
    must(tally.judged > 0, "no answer was judged")
    must(f["sent"] + f["unknown"] == f["outbox"], f"the outbox isn't settled: {dict(outbox)}")
    must(twice == 0, "two rows of the outbox became one message")
    must(f["sent"] <= accepted <= f["sent"] + f["unknown"], "a call was sent twice, or never")
    must(
        f["unknown"] <= unclear + AT_ONCE * kills_of_sender,
        "more unknown sends than faults and kills explain",
    )
    return books

"""An edit is in the next answer of every process, also where its bell was not heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.live_articles import LiveArticles
from knowledge.article_writing import Writing
from knowledge.articles import Place
from knowledge.database import Database
from nlu.embed import E5Encoder
from nlu.match import Question
from nlu.understanding import Understanding
from tests.actions.talk import KEYS, House


async def put(house: House, topic: str = "parrots", **changes: object) -> None:
    """An office publishes an article."""
    writing = Writing(
        question="鹦鹉丢了怎么办", answer="找。", source="示例", checked_on=house.clock.now().date()
    ).with_changes(changes)
    async with house.database.begin() as unit:
        await unit.article_changes.put(Place(topic, "cn", "zh"), writing, actor="staff:王敏")
        await unit.article_changes.ring()


@asynccontextmanager
async def process(house: House) -> AsyncIterator[tuple[Understanding, LiveArticles]]:
    """Another process at the same database, by and large."""
    database = Database(house.database.url, KEYS, clock=house.clock, pool_size=2)
    await database.refresh_regions()
    understanding = Understanding(now=house.clock.now, encoder=E5Encoder())
    live = LiveArticles(database, understanding)
    try:
        await live.read()
        yield understanding, live
    finally:
        await understanding.close()
        await database.close()


async def soon(there: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> float:
    """How long it took until it was so."""
    began = time.monotonic()
    while not await there():
        assert time.monotonic() - began < seconds
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_an_edit_is_live_in_two_processes_within_a_second(house: House) -> None:
    """Nothing else is read anew."""
    async with process(house) as (one, first), process(house) as (two, second):
        running = [asyncio.create_task(live.run()) for live in (first, second)]
        await asyncio.sleep(0.3)
        indexes = [reader._index.articles for reader in (one, two)]
        await put(house)

        async def understood() -> bool:
            texts = [reader._by_heart("鹦鹉丢了怎么办", 0.0) for reader in (one, two)]
            return all(text is not None and text.routes[0][0] == "faq:parrots" for text in texts)

        assert await soon(understood) < 1.0
        for reader, before in zip((one, two), indexes, strict=True):
            kept = reader._index.articles.asked
            assert all(kept[key] is before.asked[key] for key in before.asked)
        for task in running:
            task.cancel()


async def test_a_missed_bell_is_caught_by_the_number_of_the_change(house: House) -> None:
    """Also for what is archived or taught; and looking without a change costs one question."""
    async with process(house) as (reader, live):
        assert await live.catch_up() == 0
        await put(house)
        assert await live.catch_up() == 1
        assert reader._index.exactly("鹦鹉丢了怎么办") == "parrots"
        await put(house, question="鹦鹉飞了怎么办")
        await live.catch_up()
        assert reader._index.exactly("鹦鹉丢了怎么办") is None
        async with house.database.begin() as unit:
            await unit.review.teach(5, "鸟儿不见了", "faq:parrots", "zh", "王")
            await unit.article_changes.count()
        await live.catch_up()
        assert reader._index.exactly("鸟儿不见了") == "parrots"
        number = next(n for n, a in live.articles.items() if a.topic == "parrots")
        async with house.database.begin() as unit:
            await unit.publishing.archive(number, "没用", actor="staff:王敏", regions=("cn",))
        await live.catch_up()
        # What was taught of a topic goes with its last article, and would come back with it.
        assert reader._index.exactly("鸟儿不见了") is None
        assert "parrots" not in reader._index.topics
        answers = await live._database.shelf.by_topic(None)  # type: ignore[arg-type]  # not asked
        assert "parrots" not in answers


async def test_what_begins_at_a_time_is_understood_from_then_on(house: House) -> None:
    """Nothing was changed at that moment."""
    async with process(house) as (reader, live):
        await put(house, valid_from=house.clock.now() + timedelta(minutes=5))
        await live.catch_up()
        assert reader._index.exactly("鹦鹉丢了怎么办") is None
        house.clock.move(timedelta(minutes=5))
        await live.catch_up()
        assert reader._index.exactly("鹦鹉丢了怎么办") == "parrots"
        assert await live.catch_up() == 0


async def test_what_was_changed_one_by_one_is_what_is_read_anew(house: House) -> None:
    """A process that has run for long knows the same as one that has just begun."""

    def known(reader: Understanding) -> set[Question]:
        return {q for each in reader._index.articles.asked.values() for q in each}

    async with process(house) as (old, live):
        for number in range(5):
            await put(house, f"topic-{number % 3}", question=f"第{number}个问题")
            await live.catch_up()
        async with process(house) as (new, fresh):
            assert known(old) == known(new)
            assert live.articles == fresh.articles
            assert live.seen == fresh.seen

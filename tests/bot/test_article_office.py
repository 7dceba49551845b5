"""Every step with articles × every role × an article of the own or another region."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.article_sheets import ArticleSheets, Wish
from knowledge.access import ROLES, Actor, Denied, NotThere, Role
from knowledge.article_list import Filter
from knowledge.articles import Place
from knowledge.audit import AuditRow
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.door import Door
from tests.bot.newsroom import photo, published, written

type Ready = Callable[[Door, ArticleOffice, str, str], Awaitable[int]]
"""Brings an article of a topic and region to where a step can be done; its number."""

type Step = Callable[[Any, Actor, int], Awaitable[Any]]
"""Is given the service that has it: what is done with articles, or what is seen of them."""

ALL = frozenset(ROLES)
WRITERS = frozenset({"lead", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})

OWN, OTHER = "zhifu", "weihai"
"""Regions in and outside of Yantai, which the actors see to."""


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
def publishing(door: Door) -> ArticlePublishing:
    """Without a model: who may is the question here."""
    now = door.database.clock.now
    return ArticlePublishing(
        door.database, ArticleReader(door.database, lambda: Understanding(now=now))
    )


@pytest.fixture
def office(door: Door, publishing: ArticlePublishing) -> ArticleOffice:
    return ArticleOffice(door.database, publishing)


@pytest.fixture
def sheets(door: Door, publishing: ArticlePublishing) -> ArticleSheets:
    return ArticleSheets(door.database, publishing)


async def in_review(door: Door, office: ArticleOffice, topic: str, region: str) -> int:
    number = await written(door, office, topic, region)
    await office.send(door.operator, number)
    return number


async def urgent(door: Door, office: ArticleOffice, topic: str, region: str) -> int:
    """Published past a review that the region wants."""
    number = await written(door, office, topic, region)
    await office.set_review(door.operator, region, True)
    await office.publish(door.operator, number, urgent="急")
    await office.set_review(door.operator, region, None)
    return number


async def timed(door: Door, office: ArticleOffice, topic: str, region: str) -> int:
    number = await written(door, office, topic, region)
    tomorrow = door.clock.now() + timedelta(days=1)
    await office.publish(door.operator, number, at=tomorrow)
    return number


async def twice(door: Door, office: ArticleOffice, topic: str, region: str) -> int:
    """Published in two versions."""
    await published(door, office, topic, region)
    return await published(door, office, topic, region, answer="每天12元。")


async def pictured(door: Door, office: ArticleOffice, topic: str, region: str) -> int:
    number = await written(door, office, topic, region)
    await office.put_picture(door.operator, number, photo(), "饭盒")
    return number


async def publish(office: ArticleOffice, actor: Actor, number: int) -> None:
    await office.publish(actor, number, revision=2)


async def change(office: ArticleOffice, actor: Actor, number: int) -> None:
    await office.change(actor, number, {"answer": "每天12元。"}, revision=2)


BY_NUMBER: dict[str, tuple[frozenset[str], Ready, Step]] = {
    "sheet": (ALL, published, lambda sheets, who, one: sheets.sheet(who, one)),
    "compared": (ALL, twice, lambda sheets, who, one: sheets.compared(who, one, 1, 2)),
    "show": (ALL, published, lambda sheets, who, one: sheets.show(who, one)),
    "ask_at": (ALL, published, lambda sheets, who, one: sheets.ask_at(who, one, "高温津贴")),
    "begin_again": (WRITERS, published, lambda office, who, one: office.begin_again(who, one)),
    "change": (WRITERS, written, change),
    "put_picture": (
        WRITERS, written, lambda office, who, one: office.put_picture(who, one, photo(), "饭盒"),
    ),
    "remove_picture": (
        WRITERS, pictured, lambda office, who, one: office.remove_picture(who, one),
    ),
    "discard": (WRITERS, written, lambda office, who, one: office.discard(who, one)),
    "send": (WRITERS, written, lambda office, who, one: office.send(who, one)),
    "approve": (WRITERS, in_review, lambda office, who, one: office.approve(who, one, 2)),
    "send_back": (WRITERS, in_review, lambda office, who, one: office.send_back(who, one, "旧")),
    "review_afterwards": (
        WRITERS, urgent, lambda office, who, one: office.review_afterwards(who, one, 1),
    ),
    "judge": (ADMINISTRATOR, written, lambda office, who, one: office.judge(who, one)),
    "publish": (ADMINISTRATOR, written, publish),
    "unschedule": (ADMINISTRATOR, timed, lambda office, who, one: office.unschedule(who, one)),
    "back": (ADMINISTRATOR, twice, lambda office, who, one: office.back(who, one, 1)),
    "archive": (
        ADMINISTRATOR, published, lambda office, who, one: office.archive(who, [one], "旧"),
    ),
    "checked": (ADMINISTRATOR, published, lambda office, who, one: office.checked(who, [one])),
}  # fmt: skip
"""Steps at one article: who may, what must be before, the step."""

IN_GENERAL: dict[str, tuple[frozenset[str], Step]] = {
    "find": (ALL, lambda sheets, who, _: sheets.find(who, Wish())),
    "listed": (ALL, lambda sheets, who, _: sheets.listed(who, Filter())),
    "ask": (ALL, lambda sheets, who, _: sheets.ask(who, "高温津贴")),
    "to_do": (ALL, lambda sheets, who, _: sheets.to_do(who)),
    "stand": (ALL, lambda sheets, who, _: sheets.stand(who)),
    "titles": (ALL, lambda sheets, who, _: sheets.titles(who, ["faq:heat"], "zh")),
    "offered": (WRITERS, lambda sheets, who, _: sheets.offered(who)),
    "begin": (WRITERS, lambda office, who, _: office.begin(who, Place("new", OWN, "zh"))),
    "set_review": (ADMINISTRATOR, lambda office, who, _: office.set_review(who, OWN, False)),
    "chosen": (ADMINISTRATOR, lambda sheets, who, one: sheets.chosen(who, [one])),
}
"""Steps that belong to no article, or to several."""


def actor(door: Door, role: Role) -> Actor:
    return door.actor(role, "yantai")


async def audited(door: Door) -> int:
    async with door.database.begin() as unit:
        return (await unit.session.scalars(select(func.count()).select_from(AuditRow))).one()


def test_every_step_stands_in_a_table() -> None:
    """A new one without a row fails here."""
    steps = {
        name
        for service in (ArticleOffice, ArticleSheets)
        for name, _ in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    }
    assert steps == BY_NUMBER.keys() | IN_GENERAL.keys()


@pytest.mark.parametrize("name", BY_NUMBER)
async def test_a_step_at_an_article_is_for_its_roles_and_regions(
    door: Door, office: ArticleOffice, sheets: ArticleSheets, name: str
) -> None:
    """Else it is denied, or there is no such article: which region has it isn't told."""
    roles, ready, step = BY_NUMBER[name]
    service = office if hasattr(office, name) else sheets
    for role in ROLES:
        for region in (OWN, OTHER):
            number = await ready(door, office, f"heat-{role}", region)
            before = await audited(door)
            if role in roles and region == OWN:
                await step(service, actor(door, role), number)
                continue
            with pytest.raises(NotThere if role in roles else Denied):
                await step(service, actor(door, role), number)
            assert await audited(door) == before, (role, region)


@pytest.mark.parametrize("name", BY_NUMBER)
async def test_a_number_that_nobody_gave_is_no_other_than_one_of_elsewhere(
    door: Door, office: ArticleOffice, sheets: ArticleSheets, name: str
) -> None:
    """Who guesses numbers learns nothing."""
    roles, _, step = BY_NUMBER[name]
    service = office if hasattr(office, name) else sheets
    for role in ROLES:
        with pytest.raises(NotThere if role in roles else Denied):
            await step(service, actor(door, role), 10**6)


@pytest.mark.parametrize("name", IN_GENERAL)
async def test_a_step_at_no_article_is_for_its_roles(
    door: Door, office: ArticleOffice, sheets: ArticleSheets, name: str
) -> None:
    """By function; what is found is narrowed by region, see below."""
    roles, step = IN_GENERAL[name]
    service = office if hasattr(office, name) else sheets
    number = await published(door, office)
    for role in ROLES:
        if role in roles:
            await step(service, actor(door, role), number)
        else:
            with pytest.raises(Denied):
                await step(service, actor(door, role), number)


@pytest.mark.parametrize("role", ROLES)
async def test_lists_end_at_the_regions_border(
    door: Door, office: ArticleOffice, sheets: ArticleSheets, role: Role
) -> None:
    """What is found, what is to be done, what is chosen; not even a draft is begun beyond it."""
    who = actor(door, role)
    soon = (door.clock.now() + timedelta(days=3)).isoformat()
    own, other = [
        await published(door, office, "heat", region, valid_until=soon) for region in (OWN, OTHER)
    ]
    late = [await urgent(door, office, "late", region) for region in (OWN, OTHER)]
    found = await sheets.find(who, Wish())
    assert {one.id for one in found.articles} == {own, late[0]}
    for beyond in (
        sheets.find(who, Wish(region=OTHER)),
        sheets.listed(who, Filter(regions=(OTHER,))),
        sheets.to_do(who, OTHER),
        sheets.ask(who, "高温津贴", draft=other),
    ):
        with pytest.raises(NotThere):
            await beyond
    to_do = await sheets.to_do(who)
    assert [one.id for one in to_do.renew] == [own]
    assert {one.article for one in to_do.review} == {own, late[0]}
    if role in ADMINISTRATOR:
        with pytest.raises(NotThere):
            await office.set_review(who, OTHER, False)
        assert [one.id for one in await sheets.chosen(who, [own, other])] == [own]
    if role in WRITERS:
        with pytest.raises(NotThere):
            await office.begin(who, Place("new", OTHER, "zh"))


@pytest.mark.parametrize("step", [ArticleOffice.archive, ArticleOffice.checked])
async def test_of_several_articles_one_of_elsewhere_stops_all(
    door: Door, office: ArticleOffice, sheets: ArticleSheets, step: Any
) -> None:
    """All of them or none, also where the first would have been one's own."""
    numbers = [await published(door, office, "heat", region) for region in (OWN, OTHER)]
    before = await audited(door)
    with pytest.raises(NotThere):
        await step(
            office, actor(door, "administrator"), numbers, *("旧",) * (step.__name__ == "archive")
        )
    assert await audited(door) == before
    states = [(await sheets.sheet(door.operator, number)).listed.state for number in numbers]
    assert states == ["published", "published"]


async def test_colleagues_of_elsewhere_are_not_offered_as_owners(
    door: Door, sheets: ArticleSheets
) -> None:
    """Nor is somebody who can't log in any more."""
    await door.member("王敏", "lead", OWN)
    await door.member("李雷", "lead", OTHER)
    gone = await door.member("孙丽", "staff", OWN)
    await door.accounts.disable(door.operator, gone.id)
    assert (await sheets.offered(actor(door, "lead"))).owners == ("王敏",)

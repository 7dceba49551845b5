"""Pages of articles: what anybody has typed into one comes out as text, wherever it is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.article_office import ArticleOffice
from knowledge.access import Actor
from knowledge.articles import Place
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.newsroom import published, publishing_of, trained, written
from tests.bot.test_console_pages import EVIL

EVERYWHERE: dict[str, Any] = {
    "question": EVIL,
    "similar": [f"{EVIL} 1", f"{EVIL} 2"],
    "answer": '**每天10元**\n\n- {{7*7}}\n- ["x"](https://example.org/x)',
    "buttons": ["[<script>alert(1)</script>](https://example.org/x)"],
    "source": EVIL,
    "owner": EVIL[:40],
    "tests": [f"{EVIL} 高温津贴怎么领", f"{EVIL} 高温补贴咋领"],
}
"""Every field that takes words; an answer with a tag in it can't be published, only drafted."""

OWN_SCRIPTS = re.compile(r'<script type="module" src="/static/[\w./]+">')


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return trained()


async def test_stored_scripts_come_out_harmless(door: Door, understanding: Understanding) -> None:
    """In each field and reason, a writer's name, versions, differences, what the gate tells."""
    publishing = publishing_of(door.database, understanding)
    office = ArticleOffice(door.database, publishing)
    who = await door.member("赵敏", "administrator", "yantai", secret="A" * 32)
    evil = Actor(EVIL, "administrator", "yantai", door.database.region_tree, account=who.id)
    victim = await published(door, office, **EVERYWHERE)
    await published(door, office, language="en", **EVERYWHERE)
    tagged = {**EVERYWHERE, "answer": f"{EVIL}\n\n- {EVIL}\n- [{EVIL}](https://example.org/x)"}
    await written(door, office, by=evil, **tagged)
    thief = await written(door, office, "summer", by=evil, question=f"{EVIL} 夏天", tests=[],
                          similar=EVERYWHERE["tests"])  # fmt: skip
    await office.send(evil, thief)
    await office.send_back(evil, thief, EVIL)
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(who, EVIL, complete=True)
        other = await unit.drafts.begin(Place("z", "zhifu", "zh"), actor="a", regions=("zhifu",))
    pages: dict[str, str] = {}
    typed = "%3Cscript%3Ealert(1)%3C/script%3E"
    async with visitors(door, article_publishing=publishing) as visitor:
        page = visitor(token)
        for path in (
            "", f"?text={typed}", f"?topic={typed}&state={typed}", f"?like=on&text={typed}",
            "/new", f"/{victim}", f"/{victim}/versions/1?against=1", f"/{victim}/edit",
            f"/{victim}/ask?text={typed}", f"/{thief}", f"/{thief}/edit",
            f"/{thief}/ask?text={typed}",
        ):  # fmt: skip
            await page.get(f"/console/articles{path}")
            pages[path] = page.text
        await page.get(f"/console/articles/{thief}")
        form = {"revision": "2", "at": "", "urgent": EVIL, "confirmed": ""}
        refused = await page.post(f"/console/articles/{thief}/publish", form)
        pages["refused"] = await refused.text()
        assert refused.status == 422
        assert 'class="gate"' in pages["refused"], pages["refused"]
        await page.post(f"/console/articles/{thief}/publish", form | {"confirmed": EVIL})
        await page.get(f"/console/articles/{thief}")
        pages["published"] = page.text
        assert (await page.get("/console/audit")).status == 200
        pages["audit"] = page.text
        fields = {"revision": "1", **dict.fromkeys(("question", "answer", "tests"), EVIL)}
        wrong = await page.post(f"/console/articles/{other.article}/edit", {**fields, "at": EVIL})
        pages["saved"] = await wrong.text()
        behind = await page.post(f"/console/articles/{thief}/edit", {**fields, "owner": EVIL})
        pages["behind"] = await behind.text()
        fresh = await page.post("/console/articles/new", {"topic": EVIL, "region": EVIL})
        pages["fresh"] = await fresh.text()
    for path, text in pages.items():
        assert "<script" not in OWN_SCRIPTS.sub("", text), path
        assert "<img src=x" not in text, path
        assert not re.search(r'=["\']?javascript:', text), path
    shown = [path for path, text in pages.items() if "&lt;script&gt;alert(1)" in text]
    assert len(shown) >= 14, shown


async def test_tests_of_its_own_that_miss_are_not_told_as_harm_to_others(
    door: Door, understanding: Understanding
) -> None:
    """What nobody could ask before isn't worse; the page says what is missing and what helps."""
    publishing = publishing_of(door.database, understanding)
    office = ArticleOffice(door.database, publishing)
    who = await door.member("赵敏", "administrator", secret="A" * 32)
    number = await written(
        door, office, "heat", question="高温天送外卖有补贴吗", similar=["高温补贴怎么领"],
        tests=["明天股票涨不涨"],
    )  # fmt: skip
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(who, "", complete=True)
    async with visitors(door, article_publishing=publishing) as visitor:
        page = visitor(token)
        await page.get(f"/console/articles/{number}")
        (revision,) = re.findall(r'name="revision" value="(\d+)"', page.text)[:1]
        form = {"revision": revision, "at": "", "urgent": "", "confirmed": ""}
        refused = await page.post(f"/console/articles/{number}/publish", form)
        said = await refused.text()
    assert refused.status == 422
    assert "它自己的测试问题还问不到它" in said
    assert "它自己的 1 个测试问题问不到它" in said
    assert "现在和发布后都理解为" in said
    assert "别的问题会变差" not in said

"""The pages of unanswered questions, trainings and figures, as a browser gets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import pytest

from bot.questions import PAGE
from knowledge.database import Database
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.questions import Meaning, asked
from tests.bot.test_console_pages import EVIL, SECRET, entered

type Make = Callable[..., Visitor]


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def visitor(door: Door) -> AsyncIterator[Make]:
    async with visitors(door, meaning=Meaning()) as make:
        yield make


@pytest.fixture
async def one(door: Door, visitor: Make) -> Visitor:
    """An administrator of Yantai."""
    boss = await door.member("赵敏", "administrator", "yantai", secret=SECRET)
    return await entered(door, visitor, boss)


async def test_from_a_group_to_a_draft_and_back(door: Door, one: Visitor) -> None:
    """Chosen lines go into a new article, another is added to it, and one is undone."""
    lines = [
        await asked(door.database, f"高温补贴 {n}") for n in ("什么时候发", "有多少", "找谁要")
    ]
    await one.get("/console/questions")
    assert "高温补贴" in one.text
    assert 'class="tally-count">3<' in one.text
    (first,) = set(re.findall(r'href="/console/questions/(\d+)"', one.text))
    path = f"/console/questions/{first}"
    await one.get(path)
    assert len(re.findall(r'type="checkbox"[^>]* checked', one.text)) == 3
    nothing = await one.post(f"{path}/begin", {"topic": "heat", "region": "zhifu"})
    assert nothing.status == 422
    assert "还没有勾选" in one.text
    form = {
        f"line-{lines[0]}": "on", f"words-{lines[0]}": "高温补贴什么时候发",
        f"line-{lines[1]}": "on", f"words-{lines[1]}": "高温补贴是多少",
        "topic": "heat", "region": "zhifu", "language_of": "zh",
    }  # fmt: skip
    await one.get(path)
    begun = await one.post(f"{path}/begin", form)
    assert begun.headers["Location"] == "/console/questions/settled?done=questions_begun"
    await one.get(begun.headers["Location"])
    (article,) = set(re.findall(r'href="/console/articles/(\d+)"', one.text))
    path = f"/console/questions/{lines[2]}"
    await one.get(f"{path}?find=%E9%AB%98%E6%B8%A9")
    assert f'type="radio" name="article" value="{article}"' in one.text
    form = {f"line-{lines[2]}": "on", f"words-{lines[2]}": "高温补贴找谁要"}
    assert (await one.post(f"{path}/add", form)).status == 422
    assert "还没有选文章" in one.text
    assert (await one.post(f"{path}/add", {**form, "article": article})).status == 303
    async with door.database.begin() as unit:
        draft = await unit.drafts.get(int(article))
    assert draft is not None
    assert draft.writing.similar == ("高温补贴是多少", "高温补贴找谁要")
    await one.get("/console/questions/settled")
    await one.post(f"/console/questions/settled/{lines[2]}/undo")
    await one.get("/console/questions")
    assert 'class="tally-count">1<' in one.text


async def test_a_line_that_cannot_be_taught_says_why_beside_it(door: Door, one: Visitor) -> None:
    """The others are taught; what was typed is kept."""
    good = await asked(door.database, "电驴子饿了，高温天上哪儿喂它")
    bad = await asked(door.database, "我是⟨name⟩，高温天上哪喂电驴")
    await one.get(f"/console/questions/{good}")
    form = {
        f"line-{good}": "on", f"words-{good}": "电驴子饿了，高温天上哪儿喂它",
        f"line-{bad}": "on", f"words-{bad}": "我是⟨name⟩，高温天上哪喂电驴",
        "route": "find_station",
    }  # fmt: skip
    assert (await one.post(f"/console/questions/{good}/teach", form)).status == 422
    assert "处理了 1 句；还有 1 句要改写" in one.text
    assert f'id="wrong-{bad}"' in one.text
    assert "⟨name⟩" in one.text
    form = {f"line-{bad}": "on", f"words-{bad}": "电驴热得不行了上哪喂", "route": "find_station"}
    assert (await one.post(f"/console/questions/{bad}/teach", form)).status == 303
    await one.get("/console/questions")
    assert "没有没答上的问题" in one.text


async def test_many_groups_come_page_by_page(door: Door, one: Visitor) -> None:
    """The filter goes along."""
    for n in range(PAGE + 1):
        await asked(door.database, f"别的事情 {n}")
    await one.get("/console/questions?days=7&what=out_of_scope")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', one.text)
    assert "days=7" in following
    await one.get(following.replace("&amp;", "&"))
    assert "第 2 页" in one.text
    assert (await one.get("/console/questions?region=weihai")).status == 422


async def test_the_training_page_says_what_there_is(door: Door, one: Visitor) -> None:
    """Running with its progress, refused with before and after; without models in one sentence."""
    assert (await one.get("/console/training")).status == 200
    assert "还没有在这里训练过" in one.text
    assert (await one.post("/console/training/begin")).status == 422
    assert "这里没有模型" in one.text
    async with door.database.begin() as unit:
        number = await unit.trainings.begin("train", "赵敏")
        assert number is not None
        await unit.trainings.tell(number, "vectors", 3, 10)
    await one.get("/console/training")
    assert '<progress aria-labelledby="working" max="10" value="3">' in one.text
    told = await (await one.get("/console/training/progress")).json()
    assert told == {"done": 3, "of": 10, "over": False, "said": "「计算意思」3 / 10"}
    gate = {
        "reasons": ["places: 6 of 20 lines lost"],
        "groups": [{"name": "places", "lines": 20, "right": 12, "before": 18, "lost": 6, "won": 0}],
        "changed": [{"text": EVIL, "route": "find_station", "before": "find_station",
                     "now": "smalltalk"}],
    }  # fmt: skip
    async with door.database.begin() as unit:
        await unit.trainings.end(
            number, "refused", {"admitted": False, "in_use": "a", "gate": gate}
        )
    await one.get("/console/training")
    assert "新模型有些地方变差了" in one.text
    assert re.search(
        r'class="worse"><th scope="row">驿站</th><td>20</td><td>18</td><td>12</td>', one.text
    )
    assert "聊聊天" in one.text
    assert "<script>alert" not in one.text


async def test_the_figures_are_drawn_described_and_written(door: Door, one: Visitor) -> None:
    """Each plot has a title, a description, numbers, and a table below it; no style attribute."""
    await one.get("/console/figures")
    assert "还没有数字" in one.text
    async with door.database.begin() as unit:
        for _ in range(3):
            unit.figures.count("asked", "faq:dues", "zhifu", "zh")
        unit.figures.count("out_of_scope", "faq:dues", "zhifu", "zh")
        unit.figures.count("asked", "find_job", "weihai", "zh")
        await unit.figures.write_down()
    await one.get("/console/figures?weeks=4")
    plots = re.findall(r"<svg class=\"plot\".*?</svg>", one.text, re.DOTALL)
    assert len(plots) == 5
    for plot in plots:
        assert re.search(r"<title id=.*</title><desc id=", plot)
        assert 'role="img"' in plot
    assert "67%" in one.text
    assert "2 / 3" in one.text
    assert "找工作" not in one.text
    assert one.text.count("<table") == 5
    assert not re.search(r"\sstyle=", one.text)
    response = await one.get("/console/figures/topics.csv?weeks=4")
    assert response.headers["Content-Disposition"] == 'attachment; filename="topics.csv"'
    assert (await response.text()).lstrip("\ufeff").splitlines()[1] == "faq:dues,3,2,1"
    assert (await one.get("/console/figures/secrets.csv")).status == 404


async def test_stored_scripts_come_out_harmless(door: Door, one: Visitor) -> None:
    """In what riders wrote, in what is typed anew, in filters, in a topic, in an article."""
    number = await asked(door.database, EVIL)
    path = f"/console/questions/{number}"
    pages = []
    for where in ("/console/questions", path, f"{path}?find=%22%3E%3Cscript%3Ealert(1)"):
        await one.get(where)
        pages.append(one.text)
    form = {f"line-{number}": "on", f"words-{number}": EVIL, "topic": EVIL, "region": EVIL}
    for step in ("begin", "teach", "add"):
        await one.post(f"{path}/{step}", form)
        pages.append(one.text)
    form |= {
        "region": "zhifu",
        "language_of": "zh",
        "topic": "x<script>",
        f"words-{number}": "好<b>",
    }
    await one.post(f"{path}/begin", form)
    await one.get("/console/questions/settled")
    pages.append(one.text)
    async with door.database.begin() as unit:
        unit.figures.count("asked", f"faq:{EVIL}", "zhifu", "zh")
        await unit.figures.write_down()
    await one.get("/console/figures?region=%22%3E%3Cscript%3E")
    pages.append(one.text)
    await one.get("/console/figures")
    pages.append(one.text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 6

"""Articles at the door's regions: people who write them, tried with the real model."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from knowledge.access import Actor
from knowledge.articles import Place
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.door import Door
from tests.full_model import reader

HEAT: dict[str, Any] = {
    "question": "高温津贴怎么领",
    "similar": [
        "天热有没有高温津贴",
        "户外干活的高温费找谁要",
        "夏天送餐给不给高温补贴",
        "高温津贴一天多少钱",
        "高温补贴几月份发",
    ],
    "answer": "**每天10元**，六月到九月发。\n\n- 站点发\n- 见[通知](https://example.org/heat)",
    "buttons": ["find_station", "[打电话](tel:12351)"],
    "source": "示例通知",
    "checked_on": "2026-11-20",
    "tests": ["大热天送餐有高温津贴吗", "高温补贴咋领"],
}
THIEF: dict[str, Any] = {
    **HEAT,
    "question": "夏天的活动",
    "similar": ["大热天送餐有高温津贴吗", "高温补贴咋领"],
    "answer": "八月有清凉行动。",
    "tests": [],
}


def trained() -> Understanding:
    """What reads with the full model; its articles are those of the house that asked last."""
    return reader(lambda: datetime.now(UTC))


def publishing_of(database: Database, understanding: Understanding) -> ArticlePublishing:
    """Where articles are tried with this, and published."""
    return ArticlePublishing(database, ArticleReader(database, lambda: understanding))


async def written(
    door: Door, office: ArticleOffice, topic: str = "heat", region: str = "zhifu", *,
    language: str = "zh", by: Actor | None = None, **changes: Any,
) -> int:  # fmt: skip
    """A draft that could be published."""
    actor = by or door.operator
    draft = await office.begin(actor, Place(topic, region, language))
    fields = {**HEAT, **changes}
    await office.change(actor, draft.article, fields, revision=draft.revision)
    return draft.article


async def published(
    door: Door, office: ArticleOffice, topic: str = "heat", region: str = "zhifu", *,
    language: str = "zh", **changes: Any,
) -> int:  # fmt: skip
    """An article that riders get, urgently where a second person would have to look."""
    number = await written(door, office, topic, region, language=language, **changes)
    await office.publish(door.operator, number, urgent="试", confirmed="试")
    return number


def photo(width: int = 400, height: int = 300, form: str = "JPEG") -> bytes:
    """A picture that says where it was taken."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    Image.new("RGB", (width, height), "teal").save(out, form, exif=exif)
    return out.getvalue()

"""Courses, schemes, lines and sources on the door's database, and the fields of their forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from knowledge.clock import CHINA
from knowledge.content_courses import CourseEntry, TopicEntry
from knowledge.content_entries import LineEntry, SourceEntry
from knowledge.content_rows import line_row, scheme_row, source_row
from knowledge.content_schemes import SchemeEntry
from knowledge.content_store import put_courses, put_topics
from knowledge.database import Database
from knowledge.schemes import LineRow, SchemeRow, SourceRow

TOPIC = {
    "code": "video",
    "name": {"zh": "短视频", "en": "Short video"},
    "words": {"zh": ["剪辑"], "en": ["editing"]},
}
COURSE = {
    "code": "video-2",
    "title": "短视频剪辑入门",
    "title_en": "Short video for beginners",
    "topic": "video",
    "region": "zhifu",
    "place": "芝罘区工会三楼",
    "seats": "2",
    "price": "免费",
    "teacher": "王老师",
    "meetings": "每周三 19:00-20:30，2026-12-02起，3次，节假日不上",
}
"""What is typed for a course."""

SCHEME = {
    "code": "zhifu-mutual-aid",
    "kind": "mutual_aid",
    "region": "zhifu",
    "name": "职工互助保障",
    "for_whom": "参加互助保障的职工",
    "rate": "0.65",
    "cap": "50,000元",
    "examples_cost_0": "1000",
    "examples_from_0": "650",
    "examples_cost_1": "100,000",
    "examples_from_1": "50000",
    "steps_code_0": "apply",
    "steps_zh_0": "提交",
    "steps_en_0": "Handed in",
    "steps_code_1": "paid",
    "steps_zh_1": "打款、到账",
    "papers_code_0": "id_card",
    "papers_zh_0": "身份证",
    "papers_demo_0": "yes",
    "source": "P1",
    "checked_on": "2026-11-24",
}
LINE = {
    "code": "zhifu-union",
    "number": "0535-12351",
    "kind": "union",
    "region": "zhifu",
    "name": "芝罘工会热线",
    "about": "工会的事",
    "open": "上班时间",
    "source": "P1",
    "checked_on": "2026-11-24",
}
REGION = {
    "code": "zhifu-xingfu",
    "parent": "zhifu",
    "level": "street",
    "name": "幸福街道",
    "aliases": "幸福\n幸福路那边",
    "body": "幸福街道总工会",
    "decision_working_days": "5",
    "decision_source": "P1",
    "decision_checked_on": "2026-11-24",
}


def _both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


async def offer(database: Database) -> None:
    """For zhifu and for weihai each a course, a scheme and a line, called after the region."""
    source = SourceEntry.model_validate(
        {"code": "P1", "paper": _both("工人日报"), "title": _both("暖心"), "published": "2025"}
    )
    topic = TopicEntry.model_validate(TOPIC)
    async with database.begin() as unit:
        unit.session.add(SourceRow(**source_row(source)))
        await put_topics(unit, [topic])
        today = unit.now.astimezone(CHINA).date()
        courses = []
        for region in ("zhifu", "weihai"):
            courses.append(_course(region, today - timedelta(days=7), today + timedelta(days=7)))
            scheme = SchemeEntry.model_validate(
                {
                    "code": f"{region}-scheme",
                    "kind": "supplementary_insurance",
                    "region": region,
                    "name": _both(f"{region}的保险"),
                    "for_whom": _both("会员"),
                    "rule": {"rate": "0.5"},
                    "steps": [{"code": "apply", "name": _both("提交")}],
                    "examples": [{"cost": "100", "pays": "50"}],
                    "source": "P1",
                    "checked_on": "2026-11-20",
                }
            )
            line = LineEntry.model_validate(
                {
                    "code": f"{region}-line",
                    "number": "12351",
                    "kind": "union",
                    "region": region,
                    "name": _both(f"{region}热线"),
                    "about": _both("什么都可以问"),
                    "open": _both("白天"),
                    "for_crisis": False,
                    "source": "P1",
                    "checked_on": "2026-11-20",
                }
            )
            unit.session.add(SchemeRow(**scheme_row(scheme)))
            unit.session.add(LineRow(**line_row(line)))
        await put_courses(unit, courses, {"video": topic}, today)


def _course(region: str, *days: Any) -> CourseEntry:
    dates = [{"on": f"{day}", "start": "19:00", "minutes": 90} for day in days]
    return CourseEntry.model_validate(
        {
            "code": f"{region}-course",
            "title": {"zh": f"{region}的课", "en": f"Course of {region}"},
            "topic": "video",
            "region": region,
            "place": _both(f"{region}一楼"),
            "seats": 2,
            "dates": dates,
        }
    )


async def enrol(database: Database, code: str, name: str, region: str | None = None) -> UUID:
    """Somebody who takes a course, in a conversation of their own; their person."""
    async with database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {"name": name, "phone": "13912345678"}
        await unit.people.change(person, fields, actor="rider", region=region)
        await unit.enrolments.enrol(code, person)
    return person

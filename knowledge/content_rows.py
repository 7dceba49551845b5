"""Entries of the content as rows of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.content_courses import CourseEntry, TopicEntry
from knowledge.content_entries import LineEntry, RegionEntry, SectorUnionEntry, SourceEntry
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.duplicates import same_name

Row = dict[str, Any]

POINT = {"position": "case when lat is null then null else ll_to_earth(lat, lon) end"}
"""A station's point is reckoned by the database, from the two numbers beside it."""


def source_row(entry: SourceEntry) -> Row:
    return {"code": entry.code, "body": entry.model_dump(mode="json")}


def topic_row(entry: TopicEntry) -> Row:
    return {"code": entry.code, "body": entry.model_dump(mode="json")}


def region_row(entry: RegionEntry) -> Row:
    return {
        "code": entry.code,
        "parent": entry.parent,
        "level": entry.level,
        "name_zh": entry.name.zh,
        "name_en": entry.name.en,
        "aliases": list(entry.aliases),
        "body_zh": entry.body.zh,
        "body_en": entry.body.en,
        "number_prefix": entry.number_prefix,
        "decision_days": entry.decision_working_days,
        "decision_source": entry.decision_source,
        "decision_checked_on": entry.decision_checked_on,
        "lat": entry.center[0] if entry.center else None,
        "lon": entry.center[1] if entry.center else None,
        "demo": entry.demo,
    }


def sector_row(entry: SectorUnionEntry) -> Row:
    return {
        "code": entry.code,
        "sector": entry.sector,
        "region": entry.region,
        "name_zh": entry.name.zh,
        "name_en": entry.name.en,
        "source": entry.source,
    }


def scheme_row(entry: SchemeEntry) -> Row:
    return {
        "code": entry.code,
        "kind": entry.kind,
        "region": entry.region,
        "valid_until": entry.valid_until,
        "body": entry.model_dump(mode="json"),
    }


def line_row(entry: LineEntry) -> Row:
    return {
        "code": entry.code,
        "kind": entry.kind,
        "region": entry.region,
        "for_crisis": entry.for_crisis,
        "body": entry.model_dump(mode="json"),
    }


def station_row(entry: StationEntry) -> Row:
    employer, reason = entry.access.employer, entry.closed_reason
    return {
        "code": entry.code,
        "name_zh": entry.name.zh,
        "name_en": entry.name.en,
        "region": entry.region,
        "address_zh": entry.address.zh,
        "address_en": entry.address.en,
        "street": entry.street,
        "landmarks": list(entry.landmarks),
        "lat": entry.lat,
        "lon": entry.lon,
        "kind": entry.kind,
        "amenities": list(entry.amenities),
        "about_zh": entry.about.zh if entry.about else None,
        "about_en": entry.about.en if entry.about else None,
        "ages_from": entry.ages.from_months if entry.ages else None,
        "ages_to": entry.ages.to_months if entry.ages else None,
        "price_zh": entry.price.zh if entry.price else None,
        "price_en": entry.price.en if entry.price else None,
        "access": entry.access.who,
        "access_employer": employer.zh if employer else None,
        "access_employer_en": employer.en if employer else None,
        "access_trade": entry.access.trade,
        "hours": entry.hours,
        "phone": entry.phone,
        "closed_until": entry.closed_until,
        "closed_reason_zh": reason.zh if reason else None,
        "closed_reason_en": reason.en if reason else None,
        "demo": entry.demo,
        "source": entry.source,
        "found_by": _found_by(entry),
        "named": same_name(entry.name.zh),
    }


def _found_by(entry: StationEntry) -> str:
    """What a search looks through: read once here, not seven columns at each look."""
    name, address = entry.name, entry.address
    told = (name.zh, name.en, address.zh, address.en, entry.street, entry.code, *entry.landmarks)
    return "\n".join(told).lower()


def course_row(entry: CourseEntry, topics: Mapping[str, TopicEntry], seated: int) -> Row:
    """`seated`: how many have their seat through the house, besides those of the entry."""
    place, teacher, topic = entry.place, entry.teacher, topics[entry.topic]
    words = [*topic.words.zh, *topic.words.en, topic.name.zh, topic.name.en]
    return {
        "code": entry.code,
        "title_zh": entry.title.zh,
        "title_en": entry.title.en,
        "topic": entry.topic,
        "words": [word.casefold() for word in words],
        "region": entry.region,
        "place_zh": place.zh if place else "",
        "place_en": place.en if place else "",
        "district": entry.district or "",
        "online": entry.online,
        "link": entry.link,
        "price": entry.price,
        "seats": entry.seats,
        "taken": entry.taken + seated,
        "certificate": entry.certificate,
        "teacher": teacher.zh if teacher else None,
        "teacher_en": teacher.en if teacher else None,
        "demo": entry.demo,
        "source": entry.source,
    }

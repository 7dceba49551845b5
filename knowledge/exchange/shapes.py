"""Between the flat values of a table's row and the nested ones of an entry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.content_articles import ArticleEntry
from knowledge.content_courses import CourseEntry
from knowledge.content_entries import Entry, LineEntry, RegionEntry
from knowledge.content_schemes import ExampleEntry, SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.coordinates import System, to_wgs84
from knowledge.exchange.cells import folded, plain_decimal
from knowledge.exchange.columns import Thing
from knowledge.exchange.meetings import meetings_in_words
from knowledge.exchange.refused import Unread, unread

Values = dict[str, Any]
STREET = re.compile(
    r"(?:^|[省市区县镇乡道])([^省市区县镇乡道\d\s]{1,10}?(?:大道|大街|路|街|巷|胡同|道))"
)
NOWHERE = 1e-12


@dataclass(frozen=True)
class Options:
    """What a file doesn't say itself."""

    system: System | None = None
    """Of coordinates, where no column names one."""


@dataclass(frozen=True)
class Shape:
    """How a thing's rows become entries and the other way round."""

    model: type[Entry]
    build: Callable[[Values, Options], Values]
    flatten: Callable[[Any], list[Values]]
    inside: tuple[int | str, ...] = field(default=())
    """Where the entry has what the row has at its top."""


class AtColumn(Exception):
    """A cell that doesn't go with the others of its row."""

    def __init__(self, key: str, why: Unread) -> None:
        super().__init__(key)
        self.key, self.why = key, why


def both_languages(values: Values) -> Values:
    """Texts that stand in one language only stand in both."""
    for key, value in values.items():
        if isinstance(value, dict) and value and set(value) <= {"zh", "en"}:
            text = value.get("zh", value.get("en"))
            if isinstance(text, str):
                values[key] = {"zh": text, "en": value.get("en", text)}
        elif isinstance(value, dict):
            both_languages(value)
    return values


def _dumped(entry: Entry) -> list[Values]:
    return [entry.model_dump()]


def _same(values: Values, options: Options) -> Values:
    return values


# Stations


def _station(values: Values, options: Options) -> Values:
    system = values.pop("coordinates", options.system)
    if "lat" in values and "lon" in values:
        values["lat"], values["lon"] = _point(values["lat"], values["lon"], system)
    name, address = values.get("name", {}).get("zh"), values.get("address", {}).get("zh")
    if "code" not in values and name and address and "region" in values:
        # The same name and address have the same code whenever they come.
        told = hashlib.sha256(f"{folded(name)}|{folded(address)}".encode()).hexdigest()[:10]
        values["code"] = f"{values['region'][:28].rstrip('-_')}-{told}"
    if "street" not in values and address:
        values["street"] = street_of(address)
    values.setdefault("amenities", [])
    values.setdefault("access", {}).setdefault("who", "everyone")
    return values


def street_of(address: str) -> str:
    """The road in an address (西大望路 of 朝阳区西大望路沿街); if it names none, the address."""
    found = STREET.search(address)
    return found[1] if found else address


def _point(lat: str, lon: str, system: System | None) -> tuple[float, float]:
    point = float(lat), float(lon)
    if system is None:
        raise AtColumn("coordinates", unread(
            "有经纬度，但没写是哪种坐标系",
            "there are coordinates, but not of which system",
            "请加一列“坐标系”，写WGS-84、GCJ-02（高德、腾讯）或BD-09（百度）",
            "add a column 'coordinates' with WGS-84, GCJ-02 (Amap, Tencent) or BD-09 (Baidu)",
        ))  # fmt: skip
    if abs(point[0]) > 90 or (point[0] > 60 and point[1] < 60):
        raise AtColumn("lat", unread(
            f"纬度{lat}、经度{lon}不在中国，像是写反了",
            f"latitude {lat} and longitude {lon} are not in China, they look swapped",
            "纬度在3到54之间，经度在73到136之间，请对调",
            "a latitude is between 3 and 54, a longitude between 73 and 136: swap them",
        ))  # fmt: skip
    return point if system == "wgs84" else to_wgs84(*point, system)


def _flat_station(entry: StationEntry) -> list[Values]:
    values = entry.model_dump()
    if entry.lat is not None:
        values["coordinates"] = "wgs84"
    return [values]


# Courses


def _course(values: Values, options: Options) -> Values:
    values.update(values.pop("meetings", {}))
    return values


def _flat_course(entry: CourseEntry) -> list[Values]:
    meetings = entry.meetings(date(2000, 1, 1))
    return [entry.model_dump() | {"meetings": meetings_in_words(meetings)}]


# Articles

TOPICS = ("topic", "related")
"""What an article's row says of the topic; the rest is about the answer."""


def _article(values: Values, options: Options) -> Values:
    similar = {language: values.get(language, {}).pop("similar", []) for language in ("zh", "en")}
    for language in ("zh", "en"):
        if not values.get(language):
            values.pop(language, None)
    article = {key: values.pop(key) for key in TOPICS if key in values}
    return {**article, "similar": similar, "answers": [values]}


def _flat_article(entry: ArticleEntry) -> list[Values]:
    rows = []
    for answer in entry.answers:
        row: Values = {"topic": entry.topic, **answer.model_dump()}
        row["related"] = entry.related if answer.related is None else answer.related
        for language, said in answer.texts:
            ways = getattr(entry.similar, language) if said.similar is None else said.similar
            row[language] = {**said.model_dump(), "similar": ways}
        rows.append(row)
    return rows


# Regions


def _region(values: Values, options: Options) -> Values:
    lat, lon = values.pop("center_lat", None), values.pop("center_lon", None)
    if lat is not None and lon is not None:
        values["center"] = (lat, lon)
    values.setdefault("parent", None)
    return values


def _flat_region(entry: RegionEntry) -> list[Values]:
    lat, lon = entry.center or (None, None)
    return [entry.model_dump() | {"center_lat": lat, "center_lon": lon}]


# Schemes


def _scheme(values: Values, options: Options) -> Values:
    values.setdefault("rule", {})
    values["steps"] = [_step("steps", one) for one in values.get("steps", [])]
    values["papers"] = [_step("papers", one) for one in values.get("papers", [])]
    values["examples"] = [_example(one) for one in values.get("examples", [])]
    claims = values["rule"].get("claims_per_period")
    if claims is not None:
        values["rule"]["claims_per_period"] = (
            int(claims) if claims.isdigit() else "unlimited" if claims == "不限" else claims
        )
    return values


def _step(key: str, text: str) -> Values:
    parts = [part.strip() for part in re.split(r"[|｜]", text)]
    if len(parts) not in (2, 3, 4):
        raise AtColumn(key, unread(
            f"读不懂“{text}”", f"'{text}' can't be read",
            "每行写“编号 | 中文 | 英文”，示范的再加“ | demo”",
            "write 'code | Chinese | English' in each line, and ' | demo' for a demonstration",
        ))  # fmt: skip
    step: Values = {"code": parts[0], "name": {"zh": parts[1], "en": parts[min(2, len(parts) - 1)]}}
    return step | {"demo": True} if len(parts) == 4 else step


def _example(text: str) -> Values:
    found = re.fullmatch(r"([\d.]+)\s*[=＝:：]\s*([\d.]+)(?:\s*[-~～]\s*([\d.]+))?", text)
    if found is None:
        raise AtColumn("examples", unread(
            f"读不懂“{text}”", f"'{text}' can't be read",
            "请写“自付=报销”，如1000=650，只知道范围的写1000=0-650",
            "write 'cost=paid', like 1000=650, or 1000=0-650 where only the range is known",
        ))  # fmt: skip
    if found[3] is None:
        return {"cost": found[1], "pays": found[2]}
    return {"cost": found[1], "pays_from": found[2], "pays_to": found[3]}


def _flat_scheme(entry: SchemeEntry) -> list[Values]:
    values = entry.model_dump()
    values["steps"] = [f"{one.code} | {one.name.zh} | {one.name.en}" for one in entry.steps]
    values["papers"] = [
        f"{one.code} | {one.name.zh} | {one.name.en}" + (" | demo" if one.demo else "")
        for one in entry.papers
    ]
    values["examples"] = [_example_in_words(one) for one in entry.examples]
    return [values]


def _example_in_words(example: ExampleEntry) -> str:
    least, most = map(plain_decimal, example.span)
    return (
        f"{plain_decimal(example.cost)}={most if example.pays is not None else f'{least}-{most}'}"
    )


SHAPES: dict[Thing, Shape] = {
    "stations": Shape(StationEntry, _station, _flat_station),
    "courses": Shape(CourseEntry, _course, _flat_course),
    "articles": Shape(ArticleEntry, _article, _flat_article, ("answers", 0)),
    "regions": Shape(RegionEntry, _region, _flat_region),
    "schemes": Shape(SchemeEntry, _scheme, _flat_scheme),
    "lines": Shape(LineEntry, _same, _dumped),
}

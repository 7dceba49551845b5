"""Random contents that could stand in a store, for tests that hold for all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from knowledge import markup
from knowledge.content_articles import ArticleEntry
from knowledge.content_courses import CourseEntry, TopicEntry
from knowledge.content_entries import LineEntry, RegionEntry, SourceEntry
from knowledge.content_schema import Content
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry

CODES = ("cn", "city", "city-north")
PROSE = (
    st.text(
        st.one_of(
            st.sampled_from("=+-@'\"#:;,|{}[]&*!%~ \n\t路街0123，；、“”\u2028\x85"),
            st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")),
        ),
        min_size=1,
        max_size=25,
    )
    .map(str.strip)
    .filter(bool)
)
WORDS = st.fixed_dictionaries({"zh": PROSE, "en": PROSE})
SHOWN = PROSE.filter(lambda text: not list(markup.problems(text)))
DAYS = st.dates(min_value=date(2020, 1, 1)).map(lambda day: day.isoformat())
MOMENTS = DAYS | st.tuples(DAYS, st.sampled_from(("00:00", "09:30"))).map(" ".join)
AMOUNTS = st.decimals(min_value=0, max_value=100_000, places=2)
HOURS = ("24/7", "Mo-Su 08:00-22:00", "Mo-Fr 09:00-17:30; PH off")
AMENITIES = ("water", "seat", "charging", "toilet", "wifi")


DECISIONS: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
    {
        "decision_working_days": st.integers(1, 60),
        "decision_source": st.just("paper"),
        "decision_checked_on": DAYS,
    }
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _ages(drawn: tuple[int, int] | None) -> dict[str, int] | None:
    return drawn and {"from_months": drawn[0], "to_months": drawn[1]}


@st.composite
def stations(draw: st.DrawFn, number: int = 0) -> StationEntry:
    who = draw(st.sampled_from(("everyone", "members", "employer", "trade")))
    point = draw(maybe(st.tuples(st.floats(18, 53), st.floats(74, 135))))
    until = draw(maybe(DAYS))
    kind = draw(st.sampled_from(("depot", "shop", "rest_room", "childcare", "union_office")))
    ages = st.tuples(st.integers(0, 30), st.integers(31, 216))
    return StationEntry.model_validate(
        {
            "code": f"station-{number}",
            "name": draw(WORDS),
            "region": draw(st.sampled_from(CODES)),
            "address": {**draw(WORDS), "zh": f"{draw(PROSE)} {number}"},
            "street": draw(PROSE),
            "landmarks": draw(st.lists(PROSE.filter(lambda text: "\n" not in text), max_size=3)),
            "lat": point and point[0],
            "lon": point and point[1],
            "kind": kind,
            "about": draw(maybe(WORDS)),
            "ages": _ages(draw(maybe(ages))) if kind == "childcare" else None,
            "price": draw(maybe(WORDS)) if kind == "childcare" else None,
            "amenities": draw(st.lists(st.sampled_from(AMENITIES), unique=True, max_size=4)),
            "access": {
                "who": who,
                "employer": draw(WORDS) if who == "employer" else None,
                "trade": "express" if who == "trade" else None,
            },
            "hours": draw(st.sampled_from(HOURS)),
            "phone": draw(maybe(st.from_regex(r"\+?[0-9]{3,11}", fullmatch=True))),
            "closed_until": until,
            "closed_reason": draw(WORDS) if until else None,
            "demo": draw(st.booleans()),
            "source": draw(maybe(st.just("paper"))),
        }
    )


@st.composite
def courses(draw: st.DrawFn, number: int) -> CourseEntry:
    seats = draw(st.integers(1, 50))
    dates = draw(st.lists(DAYS, min_size=1, max_size=3, unique=True).map(sorted))
    return CourseEntry.model_validate(
        {
            "code": f"course-{number}",
            "title": draw(WORDS),
            "topic": "tea",
            "region": "city",
            "district": draw(maybe(st.just("city-north"))),
            "place": {"zh": f"教室 {number}", "en": draw(PROSE)},
            "online": draw(st.booleans()),
            "link": draw(maybe(st.just("https://example.org/x"))),
            "price": draw(AMOUNTS),
            "seats": seats,
            "taken": draw(st.integers(0, seats)),
            "certificate": draw(st.booleans()),
            "teacher": draw(maybe(WORDS)),
            "dates": [
                {"on": day, "start": draw(st.sampled_from(("08:00", "19:30"))), "minutes": 90}
                for day in dates
            ],
            "demo": draw(st.booleans()),
            "source": draw(maybe(st.just("paper"))),
        }
    )


@st.composite
def articles(draw: st.DrawFn, number: int) -> ArticleEntry:
    def said(language: str, region: str) -> dict[str, Any]:
        mark = f"{number} {language} {region}"
        text: dict[str, Any] = {"question": f"{draw(PROSE)} {mark}", "answer": draw(SHOWN)}
        if draw(st.booleans()):
            text["similar"] = [f"{draw(PROSE)} own {mark}"]
        if draw(st.booleans()):
            text["tests"] = [f"{draw(PROSE)} test"]
        return text

    answers = []
    for region in draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)):
        languages = draw(st.sampled_from((("zh",), ("en",), ("zh", "en"))))
        answers.append(
            {
                "region": region,
                "source": draw(PROSE),
                "checked_on": draw(DAYS),
                "valid_until": draw(maybe(MOMENTS)),
                **{language: said(language, region) for language in languages},
                "buttons": draw(
                    st.just([]) | st.just(["find_station", "[看图](https://example.org/x)"])
                ),
                "related": draw(maybe(st.just([]) | st.just(["article-0"]))),
                "owner": draw(maybe(PROSE)),
                "state": draw(st.sampled_from(("draft", "published", "archived"))),
            }
        )
    return ArticleEntry.model_validate(
        {
            "topic": f"article-{number}",
            "similar": {"zh": [f"问 {number}"], "en": [f"ask {number}"] * draw(st.integers(0, 1))},
            "answers": answers,
            "related": draw(st.just([]) | st.just(["article-0"])),
        }
    )


@st.composite
def schemes(draw: st.DrawFn) -> SchemeEntry:
    rate = draw(st.decimals("0.01", "1", places=2))
    cost = draw(AMOUNTS)
    paid = (cost * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return SchemeEntry.model_validate(
        {
            "code": "scheme",
            "kind": "mutual_aid",
            "region": draw(st.sampled_from(CODES)),
            "name": draw(WORDS),
            "for_whom": draw(WORDS),
            "rule": {"rate": rate, "fee": draw(AMOUNTS), "claims_per_period": "unlimited"},
            "steps": [{"code": "apply", "name": draw(WORDS)}],
            "papers": [{"code": "card", "name": draw(WORDS), "demo": draw(st.booleans())}],
            "examples": [{"cost": cost, "pays": paid}],
            "source": "paper",
            "checked_on": draw(DAYS),
            "valid_until": draw(maybe(DAYS)),
        }
    )


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """A country, a city, a district, and a few of everything else."""
    regions = [
        {"code": code, "parent": parent, "level": level, "name": {"zh": code, "en": draw(PROSE)},
         "aliases": draw(st.lists(PROSE, max_size=2, unique=True)), "body": draw(WORDS),
         "center": draw(maybe(st.tuples(st.floats(18, 53), st.floats(74, 135)))),
         "demo": draw(st.booleans()), **draw(DECISIONS)}
        for code, parent, level in (
            ("cn", None, "country"), ("city", "cn", "city"), ("city-north", "city", "district"))
    ]  # fmt: skip
    line = {
        "code": "line", "number": "12351", "kind": "union", "region": "cn", "name": draw(WORDS),
        "about": draw(WORDS), "open": draw(WORDS), "for_crisis": draw(st.booleans()),
        "source": "paper", "checked_on": draw(DAYS),
    }  # fmt: skip
    source = {
        "code": "paper", "paper": draw(WORDS), "published": draw(maybe(st.just("2022-08"))),
        "title": draw(WORDS), "past": draw(st.booleans()),
    }  # fmt: skip
    topic = {"code": "tea", "name": draw(WORDS), "words": {"zh": ["茶"], "en": ["tea"]}}
    return Content(
        sources=(SourceEntry.model_validate(source),),
        regions=tuple(RegionEntry.model_validate(one) for one in regions),
        sectors=(),
        schemes=(draw(schemes()),),
        stations=tuple(draw(stations(n)) for n in range(draw(st.integers(0, 3)))),
        topics=(TopicEntry.model_validate(topic),),
        courses=tuple(draw(courses(n)) for n in range(draw(st.integers(0, 2)))),
        persons=(),
        lines=(LineEntry.model_validate(line),),
        events=(),
        articles=tuple(draw(articles(n)) for n in range(draw(st.integers(0, 2)))),
    )

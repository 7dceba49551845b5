"""The report as one page that opens from a disk, without a script and without a request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.cells import cell_len

from nlu.evaluate import Report
from nlu.report import charts
from nlu.report.compare import Comparison
from nlu.report.confusion import picture
from nlu.report.origin import Origin
from nlu.report.words import PageLanguage, PageWords, page_words
from nlu.report.worst import confused, with_mistakes, without_mistakes, worst_first
from nlu.verdict import Share

HERE = Path(__file__).parent

SHORT = 18
"""Characters of a route's name beside the picture of confusions."""

A_CELL = 6.1
"""The width of a letter there; a Chinese sign has two."""

SCALES = (0.05, 0.1, 0.25, 0.5)
"""What a full bar may stand for where less is better."""

PARTS = (
    "headline",
    "against",
    "groups",
    "routes",
    "confusion",
    "calibration",
    "latency",
    "slots",
    "wrong",
)


@dataclass(frozen=True)
class Look:
    """What the page has in common with the web chat.

    Attributes:
        tokens: the style sheet that names the colours.
        mark: the sign, an SVG.
    """

    tokens: str = ""
    mark: str = ""


def page(
    report: Report,
    origin: Origin,
    *,
    language: PageLanguage = "zh",
    look: Look | None = None,
    names: Mapping[str, str] | None = None,
    against: Comparison | None = None,
) -> str:
    """The whole page.

    Args:
        report: what is shown.
        origin: what it is about.
        language: of the page's own words.
        look: the web chat's colours and sign; plain without.
        names: what routes are called, for those that have a name.
        against: what changed since an earlier report, if there is one.
    """
    t = page_words(language)
    called = {**(names or {}), **t.route_names}
    faultless = without_mistakes(report.per_route)
    drawn = picture(report.verdicts)
    left_out = {"against": against is None, "slots": not report.slots}
    template = _environment().get_template("page.html.j2")
    return template.render(
        t=t,
        report=report,
        origin=origin,
        look=look or Look(),
        css=(HERE / "page.css").read_text("utf-8"),
        names=called,
        against=against,
        parts=[part for part in PARTS if not left_out.get(part)],
        groups=[(t.group(name), share) for name, share in worst_first(report.per_group)],
        mistaken=with_mistakes(report.per_route),
        faultless=faultless,
        faultless_lines=sum(share.of for _, share in faultless),
        picture=drawn,
        beside=beside([short(name, called) for name in (*drawn.rows, *drawn.columns)]),
        dots=charts.dots(report.calibration),
        histogram=_histogram(report),
        slots=worst_first(report.slots),
        slots_wrong=[verdict for verdict in report.verdicts if verdict.slots_wrong],
        confused=confused(report.verdicts),
    )


def _histogram(report: Report) -> charts.Histogram:
    marks = {"p50": report.p50_ms, "p95": report.p95_ms, "p99": report.p99_ms}
    return charts.histogram(
        [verdict.ms for verdict in report.verdicts],
        {f"{name} {ms(at)} ms": at for name, at in marks.items()},
    )


def percent(share: float, digits: int = 1) -> str:
    """0.9142 as 91.4%; 1 as 100%, which nothing below it is rounded to."""
    if round(share, 6) in (0, 1):
        return f"{share:.0%}"
    shown = f"{share:.{digits}%}"
    return {"100.0%": "99.9%", "0.0%": "<0.1%"}.get(shown, shown)


def points(share: float) -> str:
    """A difference of shares, in percentage points with its sign."""
    return f"{share * 100:+.1f}".replace("-", "−")


def ms(milliseconds: float) -> str:
    """As many digits as tell something."""
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.2g}"


def moment(at: datetime) -> str:
    """Day and time, as the clock there showed it."""
    return f"{at:%Y-%m-%d %H:%M}"


def along(share: float, end: float = 1.0) -> str:
    """Where a share lies on a bar that is full at `end`."""
    return f"{min(1.0, max(0.0, share / end)) * 100:.2f}%"


def full(share: Share) -> float:
    """What a bar is full at where less is better, so that the interval can be seen."""
    return next((end for end in SCALES if share.interval[1] <= end), 1.0)


def short(route: str, names: Mapping[str, str]) -> str:
    """A route's name beside the picture of confusions; a topic without its `faq:`."""
    name = names.get(route) or route.rpartition(":")[2]
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"


def beside(labels: Sequence[str]) -> int:
    """The width that labels beside the picture of confusions need."""
    return 14 + round(A_CELL * max(map(cell_len, labels), default=0))


def slot(value: Any, t: PageWords) -> str:
    """A slot's value in one line."""
    if value in (None, []):
        return t("nothing")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for one in (percent, points, ms, moment, along, full, short, slot, charts.across, charts.up):
        made.filters[one.__name__] = one
    return made

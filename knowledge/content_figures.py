"""Whether a figure of a region's entry is proved: by a source, and a day of comparing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from knowledge.content_entries import RegionEntry

Unproved = tuple[str, str, str]
"""The key that is wrong, and why, in English and Chinese."""


def unproved(region: RegionEntry, before: RegionEntry | None) -> Iterator[Unproved]:
    """What is missing beside the days for a decision; `before` is the region as it is stored.

    Days that stand as they stood are let pass: those of old were written when nobody was asked.
    """
    if before is not None and _figure(region) == _figure(before):
        return
    days, source, checked = _figure(region)
    if days is None:
        for key, value in (("decision_source", source), ("decision_checked_on", checked)):
            if value is not None:
                yield (
                    key,
                    "this belongs to working days for a decision, and there are none; write them, "
                    "or empty this",
                    "没有写几个工作日内答复；请填上天数，或把这里清空",
                )
        return
    if source is None:
        yield (
            "decision_source",
            "the working days for a decision need a source; name the paper that says them",
            "写了几个工作日内答复，就要写出处；请选写着它的来源",
        )
    if checked is None:
        yield (
            "decision_checked_on",
            "the working days for a decision need a day; write the one on which you compared them "
            "with the source",
            "写了几个工作日内答复，就要写日期；请写和来源核对的那一天",
        )


def compared_before(region: RegionEntry, before: RegionEntry, today: date) -> bool:
    """Whether the days or their source have changed, and the day of comparing them has not."""
    days, source, checked = _figure(region)
    return (
        days is not None
        and (days, source) != _figure(before)[:2]
        and checked is not None
        and checked == before.decision_checked_on
        and checked < today
    )


def _figure(region: RegionEntry) -> tuple[int | None, str | None, date | None]:
    return region.decision_working_days, region.decision_source, region.decision_checked_on

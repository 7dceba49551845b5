"""Cases as tables, out and in: so that nobody types twice what another office's system has.

Out goes what lists show, never what riders wrote. In comes, by number: the step, the reason that
the rider will read, an amount, the other office and its number there. A dry run names each row's
trouble; then all rows are written in one transaction, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.case_desk import Asked, visible, wish_of
from bot.case_office import CaseOffice
from bot.case_refused import CaseRefused
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.case_records import Case, Elsewhere, NotAllowed
from knowledge.clock import CHINA
from knowledge.content_cases import CaseKindEntry, said_in
from knowledge.database import Database
from knowledge.exchange.csv_form import Table, read_csv, write_csv
from knowledge.exchange.limits import check_size
from knowledge.exchange.xlsx_form import read_xlsx, write_xlsx
from knowledge.unit import Knowledge

MOST = 5_000
"""Cases of a file that goes out."""

MOST_IN, MOST_SIGNS = 500, 50_000
"""Rows and signs of one that comes in: between trying and writing, the page carries them."""

HEADS: Mapping[str, tuple[str, str]] = {
    "number": ("编号", "number"),
    "kind": ("类型", "kind"),
    "step": ("步骤", "step"),
    "region": ("地区", "region"),
    "with": ("现在在", "with"),
    "owner": ("经办人", "owner"),
    "created": ("提交", "handed in"),
    "due": ("期限", "due"),
    "amount": ("金额", "amount"),
    "reason": ("给本人的说明", "reason"),
    "office": ("外单位", "other office"),
    "there": ("外单位编号", "number there"),
}
"""Columns by key, as they are called in Chinese and in English."""

READ = ("number", "step", "reason", "amount", "office", "there")
"""Columns that are read when a table comes back; the others are left alone."""


@dataclass(frozen=True)
class Row:
    """A row that comes in, as text."""

    line: int
    values: Mapping[str, str]

    @property
    def number(self) -> str:
        return self.values.get("number", "").strip().upper()


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a row."""

    line: int
    number: str
    why: Refused


@dataclass
class Import:
    """What a table would do, or did."""

    moved: list[tuple[str, str]] = field(default_factory=list)
    """Number and step."""
    waiting: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    """Cases whose number at the other office is written down."""
    unchanged: int = 0
    troubles: list[Trouble] = field(default_factory=list)


class CaseSheets:
    """Tables of cases. Every function asks the actor first."""

    def __init__(self, database: Database, office: CaseOffice) -> None:
        self._database, self._office = database, office

    async def export(self, actor: Actor, asked: Asked, form: str, language: str) -> bytes:
        """The cases of a list as a file; that it was taken out is audited.

        Raises:
            Denied: the role may not.
            Refused: another's region, no such form, or more rows than a file has.
        """
        actor.ask("case.exchange")
        wish = wish_of(actor, asked)
        if form not in ("csv", "xlsx"):
            raise Refused("case_form")
        async with self._database.begin() as unit:
            cases = await unit.case_list.all(wish, MOST)
            if len(cases) > MOST:
                raise Refused("case_export_long", most=MOST)
            await unit.people.fetch_keys({case.person for case in cases})
            at = 1 if language == "en" else 0
            rows = [[names[at] for names in HEADS.values()]]
            rows += [await _row(unit, case, language) for case in cases]
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="case.export",
                subject="cases",
                region=asked.region or actor.region,
                after={"rows": len(cases), "form": form},
            )
        return write_csv(rows) if form == "csv" else write_xlsx("cases", {"cases": rows})

    async def take(self, actor: Actor, rows: Sequence[Row], *, write: bool) -> Import:
        """Move the cases of a table; with any trouble, or without `write`, nothing is kept.

        Raises:
            Denied: the role may not.
        """
        actor.ask("case.exchange")
        done = await self._try(actor, rows, keep=False)
        if write and not done.troubles:
            return await self._try(actor, rows, keep=True)
        return done

    async def _try(self, actor: Actor, rows: Sequence[Row], *, keep: bool) -> Import:
        done, seen = Import(), set[str]()
        async with self._database.begin(keep=keep) as unit:
            for row in rows:
                try:
                    async with unit.session.begin_nested():
                        if row.number in seen:
                            raise Refused("case_row_twice")
                        seen.add(row.number)
                        await self._take_row(unit, actor, row, done)
                except NotAllowed as why:
                    done.troubles.append(Trouble(row.line, row.number, CaseRefused(why)))
                except NotThere:
                    why_not = Refused("case_not_there")
                    done.troubles.append(Trouble(row.line, row.number, why_not))
                except Refused as why:
                    done.troubles.append(Trouble(row.line, row.number, why))
        return done

    async def _take_row(self, unit: Knowledge, actor: Actor, row: Row, done: Import) -> None:
        case = await visible(unit, actor, "case.move", row.number)
        if not actor.reaches(case.office):
            raise Refused("case_above")
        given = self._office.given(dict(row.values))
        to = _step_named(unit.case_kinds.get(case.kind), row.values.get("step", ""))
        if to != case.step:
            moved = await self._office.move_in(unit, actor, case, to, given)
            if moved.waits:
                done.waiting.append(case.number)
            else:
                done.moved.append((case.number, to))
            return
        before = await unit.cases.elsewhere(case)
        if given.elsewhere in (before, Elsewhere()):
            done.unchanged += 1
            return
        if not unit.case_kinds.get(case.kind).step(case.step).elsewhere:
            raise Refused("case_not_elsewhere")
        await unit.cases.set_elsewhere(case.number, given.elsewhere, actor=actor.audited_as)
        done.noted.append(case.number)


def read_rows(name: str, raw: bytes) -> list[Row]:
    """The rows of a file.

    Raises:
        Refused: it has no number's column, or no rows, or too many.
        knowledge.exchange.refused.Refused: it is no table.
    """
    check_size(len(raw))
    table = read_xlsx(raw) if Path(name).suffix.lower() == ".xlsx" else read_csv(raw, _likely)
    heads = [_key(cell) for cell in table[0]] if table else []
    if "number" not in heads or "step" not in heads:
        raise Refused("case_columns")
    rows = _rows(table, heads)
    if not rows:
        raise Refused("case_no_rows")
    signs = sum(len(value) for row in rows for value in row.values.values())
    if len(rows) > MOST_IN or signs > MOST_SIGNS:
        raise Refused("case_too_many", most=MOST_IN)
    return rows


def _rows(table: Table, heads: Sequence[str | None]) -> list[Row]:
    found = []
    for line, cells in enumerate(table[1:], start=2):
        values = {key: cell for key, cell in zip(heads, cells, strict=False) if key in READ}
        if any(values.values()):
            found.append(Row(line, {str(key): cell for key, cell in values.items()}))
    return found


def _key(head: str) -> str | None:
    low = head.strip().casefold()
    return next((key for key, names in HEADS.items() if low in (key, *names)), None)


def _likely(row: Sequence[str]) -> int:
    return sum(_key(cell) is not None for cell in row)


def _step_named(kind: CaseKindEntry, said: str) -> str:
    """A step by its code or its name in either language.

    Raises:
        Refused: the kind has none of this name.
    """
    low = said.strip().casefold()
    for step in kind.steps:
        if low in (step.code, step.name.zh.casefold(), step.name.en.casefold()):
            return step.code
    steps = "; ".join(f"{step.name.zh} ({step.name.en})" for step in kind.steps)
    raise Refused("case_no_step", said=said[:40], steps=steps)


async def _row(unit: Knowledge, case: Case, language: str) -> list[str]:
    kind = unit.case_kinds.get(case.kind)
    elsewhere = await unit.cases.elsewhere(case)
    values = {
        "number": case.number,
        "kind": said_in(kind.name, language),
        "step": said_in(kind.step(case.step).name, language),
        "region": _region(unit, case.region, language),
        "with": _region(unit, case.office, language),
        "owner": case.owner or "",
        "created": f"{case.created_at.astimezone(CHINA):%Y-%m-%d}",
        "due": case.due.isoformat() if case.due else "",
        "amount": "" if case.amount is None else str(case.amount),
        "office": elsewhere.office,
        "there": elsewhere.number,
    }
    return [values.get(key, "") for key in HEADS]


def _region(unit: Knowledge, code: str, language: str) -> str:
    region = unit.region_tree.get(code)
    return region.name(language) if region else code

"""The report in a terminal: aligned, also where Chinese is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from nlu.evaluate import Report
from nlu.report.compare import Change, Comparison, Step
from nlu.report.origin import Origin
from nlu.report.worst import with_mistakes, without_mistakes, worst_first
from nlu.verdict import Headline, Share, Verdict

SHOWN = 12
"""Confusions and lines of each kind that are printed; `--json` and `--html` have all."""

Row = Sequence[str]


def plain(report: Report, origin: Origin, against: Comparison | None = None) -> str:
    """The whole report, worst first in each part."""
    return "\n".join([*_report(report, origin), *(_against(against) if against else ())])


def table(rows: Sequence[Row], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Columns of equal width, counted in a terminal's cells; those in `right` end alike."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - cell_len(cell))
            cells.append(gap + cell if number in right else cell + gap)
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def _report(report: Report, origin: Origin) -> Iterator[str]:
    model = f", model {origin.model}" if origin.model else ""
    yield f"{origin.file}: {report.all.of} lines{model}, read in {report.seconds:.0f} s"
    yield ""
    yield from _figures(report)
    yield ""
    yield "groups"
    yield from _shares(worst_first(report.per_group))
    yield ""
    yield "routes"
    yield from _shares(with_mistakes(report.per_route))
    whole = [share for _, share in without_mistakes(report.per_route)]
    if whole:
        yield f"  and {len(whole)} without a mistake ({sum(s.of for s in whole)} lines)"
    if report.slots:
        yield ""
        yield "slots"
        yield from _shares(worst_first(report.slots))
    yield from _wrong(report)


def _figures(report: Report) -> list[str]:
    named = [
        ("right", report.all),
        ("crisis found", report.crisis_found),
        ("crisis, falsely", report.crisis_false),
        ("out of scope found", report.out_of_scope_found),
        ("refused, falsely", report.refused),
    ]
    rows = [_row(name, share) for name, share in named]
    times = f"p50 {report.p50_ms:.1f}  p95 {report.p95_ms:.1f}  p99 {report.p99_ms:.1f}"
    width = max(len(name) for name, _ in named)
    return [
        *table([("", "share", "95 %", "lines"), *rows], right=(1,)),
        f"  {'asked back':<{width}}  {report.asked_back}",
        f"  {'calibration error':<{width}}  {report.calibration_error:.3f}",
        f"  {'ms a line':<{width}}  {times}",
    ]


def _shares(shares: Sequence[tuple[str, Share]]) -> list[str]:
    return table([_row(name, share) for name, share in shares], right=(1,)) if shares else []


def _row(name: str, share: Share) -> Row:
    low, high = share.interval
    return name, f"{share.share:.3f}", f"{low:.3f} to {high:.3f}", f"{share.right} of {share.of}"


def _wrong(report: Report) -> Iterator[str]:
    if not report.confusions:
        return
    yield ""
    yield f"confusions{_of(len(report.confusions))}"
    rows = [(str(n), wanted, "->", chosen) for wanted, chosen, n in report.confusions[:SHOWN]]
    yield from table(rows, right=(0,))
    wrong = sorted((v for v in report.verdicts if not v.right), key=lambda v: -v.confidence)
    yield ""
    yield f"wrong, the surest first{_of(len(wrong))}"
    yield from table([_line(verdict) for verdict in wrong[:SHOWN]])


def _line(verdict: Verdict) -> Row:
    return f"{verdict.confidence:.2f}", f"{verdict.wanted} -> {_came(verdict)}", _said(verdict)


def _came(verdict: Verdict) -> str:
    """Where it came to; what was asked back, if that."""
    asked = f" (asked: {' or '.join(verdict.ask_back)})" if verdict.ask_back else ""
    return f"{verdict.chosen}{asked}"


def _said(verdict: Verdict) -> str:
    """The line on one line, what came before it first."""
    return " / ".join(" ".join(text.split()) for text in (*verdict.before, verdict.text))


def _of(count: int) -> str:
    return f" ({SHOWN} of {count}; --json and --html have all)" if count > SHOWN else f" ({count})"


def _against(against: Comparison) -> Iterator[str]:
    earlier = against.earlier
    yield ""
    yield f"against {earlier.file} of {earlier.at:%Y-%m-%d %H:%M}, model {earlier.model or '?'}"
    better, worse = len(against.better), len(against.worse)
    yield f"  {against.both} lines in both: {better} got right, {worse} got wrong"
    if better + worse:
        yield f"  such a difference by chance alone: {against.chance:.1%}"
    if against.only_before or against.only_now:
        yield f"  left out: {against.only_before} only before, {against.only_now} only now"
    rows = [*_headlines(against.before, against.now)]
    rows += [_step(name, step) for name, step in against.groups.items()]
    rows += [_step(f"slot {n}", s) for n, s in against.slots.items() if s.better or s.worse]
    yield from table([("", "before", "now", "right", "wrong"), *rows], right=(1, 2, 3, 4))
    for title, changes in (
        ("got wrong (before -> now)", against.worse),
        ("got right (before -> now)", against.better),
        ("still wrong, in another way (before -> now)", against.otherwise),
    ):
        if changes:
            yield ""
            yield f"{title}{_of(len(changes))}"
            yield from table([_change(change) for change in changes[:SHOWN]])


def _headlines(before: Headline, now: Headline) -> Iterator[Row]:
    for name, was, is_ in (
        ("right", before.all, now.all),
        ("crisis found", before.crisis_found, now.crisis_found),
        ("crisis, falsely", before.crisis_false, now.crisis_false),
        ("out of scope found", before.out_of_scope_found, now.out_of_scope_found),
        ("refused, falsely", before.refused, now.refused),
    ):
        yield name, f"{was.share:.3f}", f"{is_.share:.3f}", "", ""


def _step(name: str, step: Step) -> Row:
    return (
        name,
        f"{step.before.share:.3f}",
        f"{step.now.share:.3f}",
        f"+{step.better}",
        f"-{step.worse}",
    )


def _change(change: Change) -> Row:
    before, now = change.before, change.now
    came = f"{_came(before)} -> {_came(now)}"
    if not (before.right or now.right):
        came += f", wanted {now.wanted}"
    return came, _said(now)

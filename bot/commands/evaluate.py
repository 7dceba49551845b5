"""`gongyou evaluate` and `gongyou understand`: what the house makes of texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nlu.evaluate import Report, Share

SHOWN = 12
"""Confusions and wrong lines that are printed; `--json` has all."""


def add(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate)
    app.command("understand")(understand)


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(help="Lines of JSON: text, route, slots …", exists=True),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything, as one JSON object.")
    ] = False,
) -> None:
    """Decide each line as a live message, and say how many were right."""
    from bot import logs
    from bot.cli import wait_for
    from bot.reading import reading
    from bot.settings import Settings
    from bot.trouble import Trouble
    from nlu import evaluate as evaluation

    try:
        lines = evaluation.read_lines(file)
    except evaluation.LinesError as error:
        raise Trouble(f"{file} can't be read: {error}") from None
    settings = Settings.load()
    logs.configure(settings)

    async def run() -> Report:
        async with reading(settings, lambda line: typer.echo(line, err=True)) as reader:
            return await evaluation.evaluate(reader, lines)

    report = wait_for(run())
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        _show(report)


def understand() -> None:
    """Read texts from standard input, one a line; print one JSON object a line."""
    from bot import logs
    from bot.cli import wait_for
    from bot.reading import reading
    from bot.settings import Settings
    from nlu import evaluate as evaluation

    settings = Settings.load()
    logs.configure(settings)

    async def run() -> None:
        async with reading(settings, lambda line: typer.echo(line, err=True)) as reader:
            for line in sys.stdin:
                found = await evaluation.understand(reader, line.rstrip("\n"))
                typer.echo(json.dumps(found, ensure_ascii=False))
                sys.stdout.flush()

    wait_for(run())


def _show(report: Report) -> None:
    typer.echo(f"right                {_share(report.all)}")
    for name, share in sorted(report.per_group.items()):
        typer.echo(f"  {name:<19}{_share(share)}")
    typer.echo(f"crisis found         {_share(report.crisis_found)}")
    typer.echo(f"crisis, falsely      {_share(report.crisis_false)}")
    typer.echo(f"out of scope found   {_share(report.out_of_scope_found)}")
    typer.echo(f"refused, falsely     {_share(report.refused)}")
    typer.echo(f"asked back           {report.asked_back}")
    typer.echo(f"calibration error    {report.calibration_error:.3f}")
    typer.echo(
        f"ms                   p50 {report.p50_ms}  p95 {report.p95_ms}  p99 {report.p99_ms}"
    )
    typer.echo("per route")
    for name, share in sorted(report.per_route.items(), key=lambda pair: pair[1].share):
        typer.echo(f"  {name:<38}{_share(share)}")
    if report.slots:
        typer.echo("slots")
        for name, share in sorted(report.slots.items()):
            typer.echo(f"  {name:<38}{_share(share)}")
    typer.echo("confusions (wanted, chosen)")
    for wanted, chosen, count in report.confusions[:SHOWN]:
        typer.echo(f"  {count:>3}  {wanted} -> {chosen}")
    typer.echo("wrong")
    for one in report.wrong[:SHOWN]:
        typer.echo(f"  {one.line.text}  ({one.line.route} -> {one.choice.route})")


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.share:.3f}  ({share.right} of {share.of}; 95 %: {low:.3f} to {high:.3f})"

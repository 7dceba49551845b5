"""`gongyou articles review | publish | archive | back`: articles on their way to riders."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.articles import Articles, Json, Name, Number, articles_app, told, with_articles

if TYPE_CHECKING:
    from nlu.article_gate import Report

UNTRIED = "nothing was tried: there is no model here (`gongyou train` makes one)"

Step = Literal["send", "approve", "back", "afterwards"]


def add(_app: typer.Typer) -> None:
    """They are in the group of `bot/commands/articles.py`."""


@articles_app.command()
def review(
    number: Number,
    step: Annotated[Step, typer.Argument(help="send, approve, back or afterwards.")],
    reason: Annotated[str, typer.Option(help="Why it goes back.")] = "",
    version: Annotated[int, typer.Option(help="The version that was published urgently.")] = 0,
    name: Name = None,
) -> None:
    """Send a draft for review, approve it, or send it back; or look at an urgent one afterwards."""

    async def make(at: Articles) -> None:
        if step == "afterwards":
            await at.office.review_afterwards(at.actor, number, version)
            typer.echo(f"version {version} of article {number} is reviewed")
        elif step == "back":
            await at.office.send_back(at.actor, number, reason)
            typer.echo(f"article {number} goes back to its writer")
        elif step == "approve":
            await at.office.approve(at.actor, number)
            typer.echo(f"article {number} is approved; `gongyou articles publish {number}`")
        else:
            await at.office.send(at.actor, number)
            typer.echo(f"article {number} waits for a second person")

    with_articles(make, name, number=number)


@articles_app.command()
def reviews(
    region: Annotated[str, typer.Argument(help="The region's code.")],
    wanted: Annotated[
        Literal["on", "off", "auto"],
        typer.Argument(help="auto: as soon as there are two administrators."),
    ],
    name: Name = None,
) -> None:
    """Say whether a second person looks at a region's articles before they are published."""

    async def set_it(at: Articles) -> None:
        said = {"on": True, "off": False, "auto": None}[wanted]
        await at.office.set_review(at.actor, region, said)
        typer.echo(f"reviews in {region}: {wanted}")

    with_articles(set_it, name)


@articles_app.command()
def publish(
    number: Number,
    at: Annotated[
        datetime | None,
        typer.Option(help="When, in China's time; now if left out.", formats=["%Y-%m-%d %H:%M"]),
    ] = None,
    urgent: Annotated[
        str | None, typer.Option(help="Why it goes past the review, which comes afterwards.")
    ] = None,
    anyway: Annotated[
        str | None, typer.Option(help="Why it is published though others are read worse by it.")
    ] = None,
    only_try: Annotated[
        bool, typer.Option("--try", help="Only say what it would do to others.")
    ] = False,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Publish a draft, if nothing else is read worse by it. Exit code 1 if it was refused."""
    from bot.commands.train import Progress
    from knowledge.clock import CHINA

    when = None if at is None else at.replace(tzinfo=CHINA)

    async def go(articles: Articles) -> None:
        tell = Progress()
        if only_try:
            report = await articles.office.judge(articles.actor, number, tell)
            said = report.sentences() or ["nothing else would be read otherwise"]
            told(as_json, report, [*said, _looked_at(report)] if report.tried else [UNTRIED])
            return
        out = await articles.office.publish(
            articles.actor, number, at=when, urgent=urgent, confirmed=anyway, tell=tell
        )
        what = "will be published at " + f"{at:%Y-%m-%d %H:%M}" if at else f"version {out.version}"
        lines = [f"article {number}: {what}", *out.report.sentences()]
        lines.append(_looked_at(out.report) if out.report.tried else UNTRIED)
        told(as_json, out, lines)

    with_articles(go, name, number=number)


@articles_app.command()
def archive(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why nobody is to get it any more.")],
    name: Name = None,
) -> None:
    """Take an article out of riders' sight; `back` brings it back."""

    async def put_away(at: Articles) -> None:
        (version,) = await at.office.archive(at.actor, [number], reason)
        typer.echo(f"article {number} is archived (version {version})")

    with_articles(put_away, name, number=number)


@articles_app.command()
def back(
    number: Number,
    to: Annotated[int | None, typer.Option(help="The version; the one before if left out.")] = None,
    name: Name = None,
) -> None:
    """Make an earlier version the published one again, at once."""

    async def go_back(at: Articles) -> None:
        version = await at.office.back(at.actor, number, to)
        typer.echo(f"article {number} is back (as version {version})")

    with_articles(go_back, name, number=number)


def _looked_at(report: Report) -> str:
    return (
        f"{report.read} of {report.tests} test questions could be touched and were read, "
        f"in {report.seconds:.1f} s"
    )

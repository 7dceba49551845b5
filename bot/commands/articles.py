"""`gongyou articles`: what the bot knows, written and published, until the console stands."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.trouble import Trouble

if TYPE_CHECKING:
    from bot.article_office import ArticleOffice
    from bot.article_sheets import ArticleSheets
    from knowledge.access import Actor

articles_app = typer.Typer(
    no_args_is_help=True, help="Articles: list, write, review, ask and publish them."
)

Number = Annotated[int, typer.Argument(help="The article's number, as `list` shows it.")]
Name = Annotated[str | None, typer.Option("--as", help="Who you are. Usually this user's name.")]
Json = Annotated[bool, typer.Option("--json", help="Everything, as JSON.")]


@dataclass(frozen=True)
class Articles:
    """What a command works with: who acts, what they see and what they do."""

    actor: Actor
    sheets: ArticleSheets
    office: ArticleOffice


def add(app: typer.Typer) -> None:
    app.add_typer(articles_app, name="articles")


@articles_app.command("list")
def list_them(
    text: Annotated[str, typer.Option(help="Words that stand in it.")] = "",
    like: Annotated[
        str | None, typer.Option(help="What the bot itself would look at for this text.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region and below.")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en.")] = None,
    state: Annotated[str | None, typer.Option(help="draft, published or archived.")] = None,
    draft: Annotated[
        str | None, typer.Option(help="With a draft that is writing, in_review or approved.")
    ] = None,
    out_of_date: Annotated[bool, typer.Option(help="Over, or unchecked for a year.")] = False,
    never_used: Annotated[bool, typer.Option(help="Published and never the answer.")] = False,
    badly_judged: Annotated[bool, typer.Option(help="Riders say that it doesn't help.")] = False,
    older: Annotated[bool, typer.Option(help="English ones older than the Chinese.")] = False,
    to_do: Annotated[
        bool, typer.Option("--to-do", help="What is to be renewed or reviewed afterwards.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Show articles, by topic, or the likeliest first."""
    from bot.articles_said import listed_lines
    from knowledge.article_list import Filter

    wished = Filter(
        text=text,
        topics=None if topic is None else (topic,),
        regions=None if region is None else (region,),
        language=language,
        state=state,
        draft=draft,
        out_of_date=out_of_date,
        never_used=never_used,
        badly_judged=badly_judged,
        older=older,
    )

    async def show(at: Articles) -> None:
        if to_do:
            lists = await at.sheets.to_do(at.actor, region)
            told(as_json, lists, [*_renewals(lists.renew), *_reviews(lists.review)])
            return
        found = await at.sheets.listed(at.actor, wished, like=like, limit=limit)
        told(as_json, found, [line for one in found for line in listed_lines(one)])

    with_articles(show)


@articles_app.command()
def show(
    number: Number,
    version: Annotated[int | None, typer.Option(help="As it was in this version.")] = None,
    compared_with: Annotated[
        int | None, typer.Option("--compared-with", help="The difference to an earlier version.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show an article, its draft and its versions."""
    from bot.articles_said import written

    async def show_it(at: Articles) -> None:
        found = await at.sheets.show(at.actor, number)
        newest = found.versions[0].version if found.versions else 0
        if compared_with is not None:
            found_differences = await at.sheets.compared(
                at.actor, number, compared_with, version or newest
            )
            lines = [f"{d.field}:\n  " + "\n  ".join(d.lines) for d in found_differences]
            told(as_json, found_differences, lines or ["they are the same"])
            return
        told(as_json, found, written(found, version))

    with_articles(show_it, number=number)


@articles_app.command()
def draft(
    topic: Annotated[str, typer.Argument(help="The topic, or an article's number.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML with the fields to write; - for standard input."),
    ] = None,
    region: Annotated[str, typer.Option(help="The region that it holds for.")] = "cn",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    revision: Annotated[
        int | None, typer.Option(help="The revision that you saw; the newest if left out.")
    ] = None,
    on_version: Annotated[
        int | None,
        typer.Option("--on-version", help="The published version that you have seen since."),
    ] = None,
    discard: Annotated[bool, typer.Option("--discard", help="Throw the draft away.")] = False,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Begin a draft, or write fields of it anew; what is left out of the file stays."""
    changes = {} if file is None else _fields(file)

    existing = int(topic) if topic.isdecimal() else None

    async def write(at: Articles) -> None:
        from knowledge.article_writing import problems
        from knowledge.articles import Place

        if existing is not None:
            place = (await at.sheets.show(at.actor, existing)).listed.place
        else:
            place = Place(topic, region, language)
        made = await at.office.begin(at.actor, place)
        if discard:
            await at.office.discard(at.actor, made.article)
            typer.echo("the draft is thrown away")
            return
        if changes or on_version is not None:
            made = await at.office.change(
                at.actor, made.article, changes, revision=revision, base_version=on_version
            )
        lines = [f"article {made.article}  {made.place}  revision {made.revision}"]
        lines += [f"  before it is published: {one.en}" for one in problems(made.writing)]
        told(as_json, made, lines)

    with_articles(write, name, number=existing)


@articles_app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A question, as a rider would write it.")],
    draft: Annotated[
        int | None, typer.Option(help="Of this article: what it would be with its draft.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Where the rider is.")] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: Json = False,
) -> None:
    """What the bot answers now, and what it would with a draft: candidates, scores, reasons."""
    from bot.articles_said import answered

    async def asked(at: Articles) -> None:
        found = await at.sheets.ask(at.actor, text, region=region, language=language, draft=draft)
        lines = ["now:", *answered(found.now)]
        if found.then is not None:
            lines += ["with the draft:", *answered(found.then)]
        told(as_json, found, lines)

    with_articles(asked, number=draft)


def told(as_json: bool, what: Any, lines: list[str]) -> None:
    """Say it in lines, or all of it as JSON."""
    from bot.articles_said import plain

    if as_json:
        typer.echo(json.dumps(plain(what), ensure_ascii=False, indent=1))
        return
    for line in lines or ["there are none"]:
        typer.echo(line)


def _fields(file: Path) -> dict[str, Any]:
    """The fields of a YAML file."""
    import yaml

    try:
        written = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        fields = yaml.load(written, Loader=yaml.CSafeLoader)
    except OSError as error:
        raise Trouble(f"{file} can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        told = " ".join(str(error).split())
        raise Trouble(f"{file} is no YAML: {told}.") from None
    if not isinstance(fields, dict):
        raise Trouble(f"{file} must hold fields, such as `question: 会费多少`.")
    return {str(key): value for key, value in fields.items()}


def _renewals(due: Any) -> list[str]:
    return [
        f"{one.id}  {one.place}  {'is over since' if one.over else 'ends'} "
        f"{_day(one.valid_until)}  {one.owner or 'nobody owns it'}"
        for one in due
    ]


def _reviews(versions: Any) -> list[str]:
    return [
        f"{one.article}  {one.place}  version {one.version} by {one.actor} is to be reviewed: "
        f"{one.urgent}"
        for one in versions
    ]


def _day(moment: datetime) -> str:
    from knowledge.clock import CHINA

    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def with_articles(
    work: Callable[[Articles], Awaitable[None]],
    name: str | None = None,
    *,
    number: int | None = None,
) -> None:
    """Run something with articles, as `name`; what is refused is one plain sentence.

    `number` is the article that the command was given.
    """
    from bot.article_office import ArticleOffice
    from bot.article_publishing import ArticlePublishing
    from bot.article_reader import ArticleReader
    from bot.article_sheets import ArticleSheets
    from bot.cli import with_service
    from bot.settings import Settings
    from knowledge.access import Actor, NotThere
    from knowledge.article_writing import WritingError
    from knowledge.database import Database
    from nlu.understanding import Understanding

    def at(database: Database) -> Articles:
        data = Settings.load().data_dir
        reader = ArticleReader(database, lambda: Understanding.at(data, now=database.clock.now))
        publishing = ArticlePublishing(database, reader)
        return Articles(
            Actor.named(name or getpass.getuser(), database.region_tree),
            ArticleSheets(database, publishing),
            ArticleOffice(database, publishing),
        )

    async def work_there(articles: Articles) -> None:
        try:
            await work(articles)
        except NotThere as none:
            raise Trouble(f"There is no article {number}.") from none

    with_service(at, WritingError, work_there)

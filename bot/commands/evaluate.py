"""`gongyou evaluate` and `gongyou understand`: what the house makes of texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from nlu.evaluate import Line, Report
    from nlu.report.compare import Comparison, Earlier
    from nlu.report.origin import Origin

PageLanguage = Literal["zh", "en"]


def add(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate)
    app.command("understand")(understand)


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(help="Lines of JSON: text, route, slots …", exists=True, dir_okay=False),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything, as one JSON object.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page to look at.", dir_okay=False)
    ] = None,
    language: Annotated[
        PageLanguage, typer.Option("--language", help="Of the page's own words.")
    ] = "zh",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            help="An earlier --json output: what got better and worse.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Decide each line as a live message, and say how many were right."""
    from bot import logs
    from bot.cli import wait_for
    from bot.reading import reading
    from bot.settings import Settings
    from bot.trouble import Trouble
    from knowledge.clock import CHINA, SystemClock
    from nlu import evaluate as evaluation
    from nlu.report.compare import compare
    from nlu.report.origin import Origin
    from nlu.report.plain import plain
    from nlu.train import current

    lines, earlier = _read(file, against)
    if html is not None and not html.absolute().parent.is_dir():
        raise Trouble(f"There is no folder {html.parent} to write {html.name} into; make it first.")
    settings = Settings.load()
    logs.configure(settings)

    async def run() -> Report:
        async with reading(settings, lambda line: typer.echo(line, err=True)) as reader:
            return await evaluation.evaluate(reader, lines)

    report = wait_for(run())
    model = current(settings.data_dir)
    origin = Origin(
        file=file.name,
        at=SystemClock().now().astimezone(CHINA),
        model=model.name if model is not None else "",
    )
    changed = compare(earlier, report.verdicts) if earlier is not None else None
    if html is not None:
        write_page(html, report, origin, language, changed)
    if as_json:
        written = {**origin.to_json(), **report.to_json()}
        if changed is not None:
            written["against"] = changed.to_json()
        typer.echo(json.dumps(written, ensure_ascii=False, indent=1))
    else:
        typer.echo(plain(report, origin, changed))


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


def _read(file: Path, against: Path | None) -> tuple[list[Line], Earlier | None]:
    """The lines and the earlier report, both before anything that takes its time."""
    from bot.trouble import Trouble
    from nlu.evaluate import LinesError, read_lines
    from nlu.report.compare import EarlierError, read_earlier

    try:
        lines = read_lines(file)
        if not lines:
            raise Trouble(f"{file} has no lines; write some (docs/understanding.md says how).")
        if against is None:
            return lines, None
        return lines, read_earlier(against, {line.text for line in lines})
    except LinesError as error:
        raise Trouble(f"{file} can't be read: {error}") from None
    except EarlierError as error:
        raise Trouble(str(error)) from None
    except OSError as error:
        raise Trouble(f"{error.filename} can't be read: {error.strerror}.") from None


def write_page(
    path: Path,
    report: Report,
    origin: Origin,
    language: PageLanguage,
    against: Comparison | None,
) -> None:
    """In the web chat's colours, with the routes called as its menu calls them."""
    from bot.channels.web_pages import FOLDER
    from bot.trouble import Trouble
    from bot.wording import Texts
    from nlu.report.page import Look, page

    look = Look(
        tokens=(FOLDER / "tokens.css").read_text("utf-8"),
        mark=(FOLDER / "icons" / "icon.svg").read_text("utf-8"),
    )
    texts = Texts().languages[language]
    names = {key[5:]: text for key, text in texts.items() if key.startswith("menu.")}
    made = page(report, origin, language=language, look=look, names=names, against=against)
    try:
        path.write_text(made, "utf-8")
    except OSError as error:
        raise Trouble(f"{path} can't be written: {error.strerror}.") from None
    typer.echo(f"{path} is written; open it in a browser", err=True)

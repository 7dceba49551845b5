"""How a reply looks in a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text as Styled

from actions.content import Button, Card, Reply
from bot.messages import Trace

Numbered = Sequence[tuple[int | None, Button]]

READERS = {
    "rasa": "by Rasa",
    "head": "by the head in this house",
    "wording": "by its wording alone",
    "known": "known by heart",
    "rules": "by rules alone, there is no model yet",
}

ASKS = {
    "location": "(/location LAT LON)",
    "photo": "(/photo FILE)",
}


def show(console: Console, reply: Reply, buttons: Numbered) -> None:
    """Print a reply: its words, its cards, its buttons as numbers to type."""
    parts: list[RenderableType] = []
    if reply.picture is not None:
        parts.append(Styled(f"[{reply.picture.alt}]", style="dim"))
    if reply.text:
        parts.append(Styled(reply.text))
    listed = len(reply.cards) > 1
    parts += [_card(card, n if listed else None) for n, card in enumerate(reply.cards, start=1)]
    parts += [_button(number, button) for number, button in buttons]
    if reply.ask in ASKS:
        parts.append(Styled(ASKS[reply.ask], style="dim"))
    if reply.from_ == "staff":
        # A person speaks: not to be taken for the bot, also where there is no colour.
        body = Panel(Group(*parts), title="工作人员 staff", style="yellow", expand=False)
        console.print(body)
        return
    console.print(Group(*parts))
    console.print()


def show_trace(console: Console, trace: Trace) -> None:
    """Print how the line was understood: a line for each thing there is to say."""
    rows = [("route", f"{trace.route} {trace.confidence:.2f}")]
    if trace.runner_up is not None:
        rows.append(("runner-up", f"{trace.runner_up[0]} {trace.runner_up[1]:.2f}"))
    rows += [("slot", f"{name} {_plain(value)}") for name, value in trace.slots.items()]
    if trace.reasons:
        rows.append(("why", ", ".join(trace.reasons)))
    if trace.ms is not None:
        by = READERS.get(trace.source or "", trace.source or "")
        rows.append(("read", f"in {trace.ms:.1f} ms, {by}"))
    for label, said in rows:
        console.print(Styled.assemble((f"  {label:<11}", "cyan dim"), (said, "dim")))
    console.print()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _card(card: Card, number: int | None) -> Panel:
    lines = [Styled(line) for line in card.lines]
    lines += [Styled(f"{link.label}: {link.url}", style="cyan") for link in card.links]
    if card.location is not None and card.location.address:
        lines.append(Styled(card.location.address))
    title = card.title if number is None else f"{number}. {card.title}"
    return Panel(Group(*lines), title=Styled(title, style="bold"), title_align="left", expand=False)


def _button(number: int | None, button: Button) -> Styled:
    if number is None:
        return Styled(f"   {button.label}: {button.url}", style="cyan")
    return Styled.assemble((f"{number:>2} ", "bold green"), button.label)

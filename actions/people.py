"""A person is needed: by wish, or because a life may be in danger."""

from __future__ import annotations

from actions.content import Button, Reply
from actions.registry import action
from actions.turn import Turn
from knowledge.content_entries import LineEntry

URGENT = ("police", "ambulance", "psychological")


@action("talk_to_human")
async def talk_to_human(turn: Turn) -> None:
    """Ask for a person, with a summary; the rider is told honestly when somebody is there."""
    region = await turn.region()
    code = region.code if region else None
    current = await turn.knowledge.handoffs.current(turn.conversation.id)
    if current is not None:
        duty = await turn.knowledge.handoffs.on_duty(code)
        turn.say(
            "handoff.already" if duty else "handoff.already_nobody",
            buttons=[turn.route_button("handoff_back")],
        )
        return
    handoff = await turn.knowledge.handoffs.open(
        turn.conversation.id, turn.person, kind="person", region=code, summary=summary(turn)
    )
    if not await turn.knowledge.handoffs.on_duty(code):
        turn.say("handoff.nobody", buttons=[Button(id="t:12351", label="12351", url="tel:12351")])
        return
    before = await turn.knowledge.handoffs.place(handoff) - 1
    back = [turn.route_button("handoff_back")]
    if before:
        turn.say("handoff.waiting", before=before, buttons=back)
    else:
        turn.say("handoff.waiting_first", buttons=back)


@action("handoff_back")
async def handoff_back(turn: Turn) -> None:
    """The rider no longer waits (the dialogue has made the step if there was a handoff)."""
    turn.say("dialogue.nothing_open")


@action("crisis")
async def crisis(turn: Turn) -> None:
    """Short and warm, with numbers to call; a handoff at the top of the queue; and staying."""
    turn.crisis = True
    region = await turn.region()
    code = region.code if region else None
    current = await turn.knowledge.handoffs.current(turn.conversation.id)
    known = current is not None and current.kind == "crisis"
    await turn.knowledge.handoffs.open(
        turn.conversation.id,
        turn.person,
        kind="crisis",
        region=code,
        summary=turn.words("handoff.crisis_summary", text=getattr(turn.content, "text", turn.text)),
    )
    lines: dict[str, LineEntry] = {
        line.kind: line for line in await turn.knowledge.schemes.lines(code)
    }
    english = turn.language == "en"
    buttons = [
        Button(
            id=f"t:{line.number}",
            label=turn.words(
                "crisis.call", number=line.number, name=line.name.en if english else line.name.zh
            ),
            url=f"tel:{line.number}",
        )
        for kind in URGENT
        if (line := lines.get(kind)) is not None
    ]
    duty = bool(await turn.knowledge.handoffs.on_duty(code))
    parts = ["crisis.still" if known else "crisis.here", "crisis.danger", "crisis.talk"]
    parts.append("crisis.duty" if duty else "crisis.nobody")
    text = "\n".join(turn.words(part) for part in parts)
    turn.reply(Reply(text=text, buttons=tuple(buttons)))


def summary(turn: Turn) -> str:
    """What a member of staff reads first: the wish, the words, what is under way and known."""
    route = str(turn.slots.get("arg") or turn.state.last_route or "")
    wish = turn.words(f"menu.{route}") if turn.words.has(f"menu.{route}") else route
    form = turn.state.forms[0] if len(turn.state.forms) > 1 else turn.state.kept
    known = {
        **(form.answers if form else {}),
        **{k: v for k, v in turn.slots.items() if k != "arg"},
    }
    none = turn.words("handoff.none")
    return turn.words(
        "handoff.summary",
        route=wish or none,
        text=turn.state.last_text or none,
        form=turn.words(f"menu.{form.action}") if form else none,
        known="; ".join(f"{name}: {value}" for name, value in known.items()) or none,
    )

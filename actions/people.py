"""A person is needed: by wish, or because a life may be in danger."""

from __future__ import annotations

import re

from actions.content import Button, Reply
from actions.handoff_clock import watch_crisis
from actions.handoff_times import say_waiting
from actions.public_lines import URGENT, line_buttons, urgent_lines
from actions.registry import action
from actions.turn import Turn
from actions.workplace import settle
from knowledge.content_cases import said_in
from knowledge.handoff_told import Told
from knowledge.handoffs import Handoff
from knowledge.regions import Region

ASKED_ONCE = 2
"""The second line of a cry is asked who is with them and where; a later one isn't again."""

LISTENINGS = 3
"""Ways to say that one listens: the same words over and over sound like nobody."""

ABOUT_A_FRIEND = re.compile(
    r"(?:朋友|同事|工友|室友|兄弟|哥们|姐妹|邻居|老乡).{0,12}(?:说|想|要|在|跳|死|割|吃|活)"
    r"|\b(?:friend|colleague|co-?worker|roommate|neighbou?r|buddy)\b.{0,30}"
    r"\b(?:says?|said|wants?|going|took|is|has|will)\b",
    re.IGNORECASE,
)
"""Somebody else may be in danger: what to do for them."""


@action("talk_to_human")
async def talk_to_human(turn: Turn) -> None:
    """Ask for a person, with a summary; the rider is told honestly when somebody is there."""
    handoffs = turn.knowledge.handoffs
    current = await handoffs.current(turn.conversation.id)
    if current is not None and current.crisis and current.state == "waiting":
        await _asked_after_cry(turn, current)
        return
    if current is not None:
        await say_waiting(turn, current, again=True)
        return
    region = await _region(turn)
    handoff = await handoffs.open(
        turn.conversation.id,
        turn.person,
        kind="person",
        region=region.code if region else None,
        summary=summary(turn),
        told=told(turn),
    )
    await turn.knowledge.notices.put(
        "handoff_waiting", region=handoff.region, subject=handoff.page, key=f"waiting:{handoff.id}"
    )
    await say_waiting(turn, handoff, again=False)


@action("handoff_back")
async def handoff_back(turn: Turn) -> None:
    """The rider no longer waits (the dialogue has made the step if there was a handoff)."""
    turn.say("dialogue.nothing_open")


@action("crisis")
async def crisis(turn: Turn) -> None:
    """Short and warm, with numbers to call; a handoff at the top of the queue; and staying."""
    turn.crisis = True
    region = await _region(turn)
    handoffs = turn.knowledge.handoffs
    current = await handoffs.current(turn.conversation.id)
    known = current is not None and current.crisis
    handoff = await handoffs.open(
        turn.conversation.id,
        turn.person,
        kind="crisis",
        region=region.code if region else None,
        summary=turn.words("handoff.crisis_summary", text=getattr(turn.content, "text", turn.text)),
        told=Told("crisis", words=str(getattr(turn.content, "text", turn.text))),
    )
    if not known:
        await watch_crisis(turn.knowledge, handoff)
    if handoff.state == "held":
        who = "crisis.held"  # whatever the roster says: a person is in this very conversation
    else:
        duty = await turn.knowledge.duty.on_duty(handoff.region)
        who = "crisis.duty" if duty else "crisis.nobody"
    here = "crisis.here"
    if known:
        here = "crisis.still" if turn.state.since_cry <= ASKED_ONCE else "crisis.still_more"
    friend = "crisis.friend" if ABOUT_A_FRIEND.search(turn.text) else "crisis.talk"
    says = [turn.words(part) for part in (here, "crisis.danger", friend, who)]
    named, buttons = await urgent_lines(turn)
    says[1:1] = [
        turn.words("crisis.named", number=line.number, name=said_in(line.name, turn.language))
        for line in named
    ]
    if known:
        _form_rests(turn, says, buttons)
    turn.reply(Reply(text="\n".join(says), buttons=tuple(buttons)))


async def _region(turn: Turn) -> Region | None:
    """Whose union it is for: said, on record, or told in a form that is under way."""
    found, tree = await turn.region(), turn.knowledge.region_tree
    for form in turn.state.unfinished:
        place = form.answers.get("workplace")
        if found is None and isinstance(place, dict):
            named = settle(tree, str(place.get("read") or place.get("words") or ""))
            found = tree.get(place.get("code")) or (named[0] if len(named) == 1 else None)
    return found


def _form_rests(turn: Turn, parts: list[str], buttons: list[Button]) -> bool:
    """Say which form waits meanwhile and how it goes on; whether there is one.

    A lookup that has asked something (how it was, which place) is no matter now.
    """
    form = next((form for form in turn.state.forms if form.kind == "form"), None)
    if form is None:
        return False
    parts.append(turn.words("crisis.form_rests", what=turn.words(f"menu.{form.action}")))
    buttons.append(turn.route_button("resume", "form.go_on"))
    return True


async def listen(turn: Turn) -> None:
    """A line that follows a cry for help: heard, with the numbers; nothing is asked of the rider.

    What they ask (`bot/cry_questions.py`) is answered first. A form that is open meanwhile goes on
    when they say so.
    """
    current = await turn.knowledge.handoffs.current(turn.conversation.id)
    asks = turn.slots.get("asks") or f"listening_{turn.state.since_cry % LISTENINGS}"
    parts = [turn.words(f"crisis.{asks}")]
    if place := turn.slots.get("place") or turn.slots.get("region"):
        parts.append(turn.words("crisis.place", place=place))
    parts.append(await _who_comes(turn, current))
    buttons = await line_buttons(turn, URGENT)
    _form_rests(turn, parts, buttons)
    turn.reply(Reply(text="\n".join(parts), buttons=tuple(buttons)))


async def _asked_after_cry(turn: Turn, current: Handoff) -> None:
    """Who cried for help wants a person: who comes, and the lines of a cry; no form's question."""
    parts, buttons = [await _who_comes(turn, current)], await line_buttons(turn, URGENT)
    turn.quiet = _form_rests(turn, parts, buttons) or turn.quiet
    turn.reply(Reply(text="\n".join(parts), buttons=tuple(buttons)))


async def _who_comes(turn: Turn, current: Handoff | None) -> str:
    duty = await turn.knowledge.duty.on_duty(current.region if current else None)
    return turn.words("crisis.soon" if duty else "crisis.call_now")


NEVER = ("code", "query_code", "tail", "id_tail")
"""Answers and slots that prove who asks: not for staff."""


def told(turn: Turn) -> Told:
    """The wish, the rider's words, what is under way and known."""
    form = turn.state.forms[0] if len(turn.state.forms) > 1 else turn.state.kept
    known = {
        **(form.answers if form else {}),
        **{k: v for k, v in turn.slots.items() if k != "arg"},
    }
    return Told(
        "wish",
        words=_words(turn),
        route=str(turn.slots.get("arg") or turn.state.last_route or ""),
        form=form.action if form else "",
        known={n: _spoken(value) for n, value in known.items() if n not in NEVER},
        agreed=turn.state.agreed.text if turn.state.agreed else "",
    )


def _words(turn: Turn) -> str:
    """What they want in their own words: the wish, and the line that asked for a person."""
    wish, last = turn.state.wish, turn.state.last_text or ""
    if wish is None or wish.text == last:
        return last
    return f"{wish.text} … {last}" if last else wish.text


def _spoken(value: object) -> str:
    """A place by its name, anything else as it is."""
    return str(value.get("name") or "") if isinstance(value, dict) else str(value)


def summary(turn: Turn) -> str:
    """The same in the rider's language, for the command line."""
    parts, words = told(turn), turn.words
    wish = words.get(f"menu.{parts.route}", parts.route)
    known = dict(parts.known)
    if parts.agreed:
        known[words("handoff.agreed_before")] = parts.agreed
    none = words("handoff.none")
    return words(
        "handoff.summary",
        route=wish or none,
        text=parts.words or none,
        form=words(f"menu.{parts.form}") if parts.form else none,
        known="; ".join(f"{name}: {value}" for name, value in known.items()) or none,
    )

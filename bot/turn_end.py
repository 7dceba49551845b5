"""What a turn leaves behind: lines of the log, calls to a platform, the new state, a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from actions.content import Content, Reply, StaffSay
from actions.state import State
from bot.speaking import Spoken
from knowledge.database import BELL_OUTBOX, BELL_REPLY
from knowledge.turns import Ending, Finished, Taken
from knowledge.unit import Knowledge


class Render(Protocol):
    """Makes a platform's calls of a reply.

    `keyboard_up` says that an earlier reply has put up a keyboard that is still to be taken away.
    """

    def __call__(
        self, reply: Reply, *, language: str | None, keyboard_up: bool
    ) -> Sequence[Mapping[str, Any]]: ...


async def write(
    unit: Knowledge,
    taken: Taken,
    content: Content,
    state: State,
    spoken: Spoken,
    language: str,
    renders: Mapping[str, Render],
    *,
    parked: bool = False,
) -> Finished:
    """Write all of a turn that has come to its end: it stands whole, or not at all.

    Raises:
        Overtaken: another process has gone on with the conversation.
    """
    conversation = taken.conversation
    people, person = unit.people, conversation.person
    bells = [(BELL_REPLY, str(conversation.id))]
    lines: list[tuple[int, str, bytes]] = []
    calls: list[tuple[int, int, bytes]] = []
    own = rider_line(content)
    if own is not None:
        lines.append((0, "rider", await people.seal(person, own, "message")))
    render = renders.get(conversation.channel)
    for part, reply in enumerate(spoken.replies, start=1):
        body = reply.model_dump(mode="json", by_alias=True, exclude={"id", "at"})
        lines.append((part, reply.from_, await people.seal(person, body, "message")))
        if render is not None:
            rendered = render(reply, language=language, keyboard_up=state.keyboard_up)
            state.keyboard_up = reply.ask in ("location", "contact")
            for at, call in enumerate(rendered):
                calls.append((part, at, await people.seal(person, dict(call), "outbox")))
    if calls:
        bells.append((BELL_OUTBOX, conversation.bot))
    ending = Ending(
        state=await people.seal(person, state.model_dump(mode="json"), "state"),
        language=language,
        seen=own is not None,
        trace=await people.seal(person, trace_of(spoken), "trace"),
        held=spoken.held,
        parked=parked,
        crisis=spoken.crisis,
        lines=lines,
        calls=calls,
    )
    return await unit.turns.finish(taken, ending, bells)


def trace_of(spoken: Spoken) -> dict[str, Any]:
    """How a reply came about, as it is kept and shown to staff."""
    return {
        "route": spoken.route,
        "confidence": round(spoken.confidence, 4),
        "slots": spoken.slots,
        "reasons": list(spoken.reasons),
        "runner_up": spoken.runner_up and (spoken.runner_up[0], round(spoken.runner_up[1], 4)),
        "source": spoken.source,
        "ms": spoken.ms and round(spoken.ms, 2),
    }


def rider_line(content: Content) -> dict[str, Any] | None:
    """What the log keeps of the rider's own message: of a position only that there was one."""
    plain = content.model_dump(mode="json")
    kind = plain["kind"]
    if kind in ("timer", "news", "staff_act") or isinstance(content, StaffSay):
        return None
    text = plain.get("text") or plain.get("caption") or plain.get("label") or ""
    return {"kind": kind, "text": text, "file_id": plain.get("file_id")}

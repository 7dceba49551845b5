"""joint_case: whether a rider's case may be handled together with others about one employer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.registry import action

if TYPE_CHECKING:
    from actions.turn import Turn


@action("joint_case")
async def joint_case(turn: Turn) -> None:
    """The rider presses yes or no; only whose case it is, or who has proved it, is heard."""
    joint, _, rest = str(turn.slots.get("arg", "")).partition(".")
    number, _, answer = rest.partition(".")
    case = await turn.knowledge.cases.get(number)
    theirs = await turn.persons()
    if case is None or case.person not in theirs or not joint.isdecimal():
        turn.say("case.joint.not_yours", buttons=[turn.route_button("request_status")])
        return
    agreed = answer == "yes"
    if not await turn.knowledge.joint_cases.answer(int(joint), case, agreed=agreed):
        turn.say("case.joint.answered")
        return
    turn.say("case.joint.joined" if agreed else "case.joint.alone", number=number)

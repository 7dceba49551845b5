"""link_persons: staff ask a rider whether they are the same person elsewhere; it is proved here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.choices import Choice
from actions.proving import ask_for_proof
from actions.registry import LINK_PERSONS, action
from knowledge.proofs import TooManyTries

if TYPE_CHECKING:
    from actions.turn import Turn
    from knowledge.link_proposals import Proposal

AGREE = Choice(
    (("yes", "link_persons.yes"), ("no", "link_persons.no")),
    words={
        "yes": ("同意", "可以", "是我", "agree", "ok"),
        "no": ("不同意", "不用", "不是", "refuse"),
    },
)


@action(LINK_PERSONS, "form")
async def link_persons(turn: Turn) -> None:
    """Ask, have it proved where no papers were shown, and link."""
    asked = await turn.knowledge.link_proposals.last(turn.conversation.id, turn.person)
    if asked is None or asked.answer is not None:
        turn.say("link_persons.over")
        return
    key = "link_persons.ask_papers" if asked.papers else "link_persons.ask"
    if await turn.ask("agree", AGREE, key) == "no":
        await turn.knowledge.link_proposals.answer(asked, "declined")
        turn.say("link_persons.declined")
        return
    if not asked.papers and not await _proved(turn, asked):
        return
    await turn.knowledge.audit.write(
        turn.person,
        actor="rider",
        action="person.link_agreed",
        after={"text": f"{key}@{turn.language}:{turn.words.version(key)}"},
    )
    await turn.knowledge.linking.link(
        turn.person, asked.person, actor=asked.staff, reason=asked.papers or "proof"
    )
    await turn.knowledge.link_proposals.answer(asked, "agreed")
    turn.say("link_persons.done")


async def _proved(turn: Turn, asked: Proposal) -> bool:
    """Whether everything of the person is proved here, by the rider.

    Raises:
        actions.turn.Asked: a question was put.
    """
    if any(p.level == "full" and p.person == asked.person for p in await turn.proofs()):
        return True
    try:
        proof = await ask_for_proof(turn)
    except TooManyTries:
        turn.say("proof.slow")
        return False
    if proof is None:
        return False
    if any(p.level == "full" and p.person == asked.person for p in await turn.proofs()):
        return True
    await turn.knowledge.link_proposals.answer(asked, "not_proved")
    turn.say("link_persons.step_only" if proof.level == "step" else "link_persons.another")
    return False

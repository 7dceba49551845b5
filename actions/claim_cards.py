"""Claims as cards, and what they still lack: after proof only."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from actions.content import Card, Reply
from actions.proving import said_number
from actions.registry import SUPPLY
from actions.status_parts import day as _day
from actions.status_parts import reason_in
from actions.supplying import supply_button
from knowledge.claims import Claim
from knowledge.content_schemes import SchemeEntry
from nlu.slots import pointed_at

if TYPE_CHECKING:
    from actions.turn import Turn

STAGES = ("apply", "review", "paid")
"""What a scheme calls the steps of a claim."""

HANDS_IN = re.compile(
    r"补(?:材料|交|上|资料|齐|单)|(?:缺|差)的.{0,6}(?:发|交|拍)"
    r"|\b(?:hand|send) in\b|\bsend (?:it|them|you|the (?:paper|document|photo))",
    re.IGNORECASE,
)
"""Wants to give what a claim still lacks, and not to hear once more that it does."""


async def show_claims(turn: Turn, person: UUID) -> None:
    """All claims of a person, the one that was asked about first; or the one of those shown that
    is pointed at ("第二个到哪了").
    """
    asked, shown = said_number(turn), turn.state.shown
    before = list(shown.ids) if shown is not None and shown.kind == "claim" else []
    claims = list(await turn.knowledge.claims.of(person))
    if asked is None:
        # In the order that was seen; what has come since stands behind.
        claims.sort(
            key=lambda one: before.index(one.number) if one.number in before else len(before)
        )
        pointed = pointed_at(turn.text, before)
        claims = [one for one in claims if one.number == pointed] or claims
    else:
        claims.sort(key=lambda one: one.number != asked)
    if not claims:
        turn.say("claim_status.none", buttons=[turn.route_button("submit_claim")])
        return
    cards = [await _claim_card(turn, claim) for claim in claims]
    buttons = [turn.route_button("talk_to_human")]
    lacking = next((claim for claim in claims if _lacks(claim)), None)
    if lacking is not None:
        # Papers belong to the claim that is there: no new one is begun.
        if HANDS_IN.search(turn.text):
            turn.start = (SUPPLY, {"arg": lacking.number})
            return
        buttons.insert(0, supply_button(turn.words, lacking.number, "menu.supply"))
    text = turn.words("claim_status.one" if len(cards) == 1 else "claim_status.many", n=len(cards))
    if not (len(claims) == 1 and claims[0].number in before):
        turn.show("claim", [claim.number for claim in claims])
    turn.reply(Reply(text=text, cards=tuple(cards), buttons=tuple(buttons)))


def _lacks(claim: Claim) -> bool:
    """Whether papers are missing from a claim that is still looked at."""
    return bool(claim.missing) and claim.step in ("applied", "in_review")


async def _claim_card(turn: Turn, claim: Claim) -> Card:
    words = turn.words
    scheme = await turn.knowledge.schemes.get(claim.scheme)
    lines = [_stage(turn, claim, scheme, stage) for stage in STAGES]
    if claim.own_cost is not None:
        lines.append(words("claim_status.own_cost", amount=claim.own_cost))
    if claim.step in ("approved", "paid") and claim.approved is not None:
        lines.append(words("claim_status.approved", amount=claim.approved))
    missing = _papers(turn, claim, scheme)
    if missing:
        lines.append(words("claim_status.missing", papers=missing))
    lines.append(_next(turn, claim, missing))
    name = scheme.name if scheme else None
    title = (name.en if turn.language == "en" else name.zh) if name else words("claim_status.claim")
    return Card(
        kind="claim",
        title=words("claim_status.title", scheme=title, number=claim.number),
        lines=tuple(lines),
    )


def _stage(turn: Turn, claim: Claim, scheme: SchemeEntry | None, stage: str) -> str:
    """One step's line: done on a day, under way since one, or still to come."""
    at = dict(claim.steps)
    name = turn.words(f"claim_status.stage.{stage}")
    for step in scheme.steps if scheme else ():
        if step.code == stage:
            name = step.name.en if turn.language == "en" else step.name.zh
    decided = at.get("approved") or at.get("refused")
    done = {"apply": at.get("applied"), "review": decided, "paid": at.get("paid")}[stage]
    since = {"apply": None, "review": at.get("in_review"), "paid": at.get("approved")}[stage]
    if stage == "paid" and claim.step == "paid":
        day = _day(turn, claim.paid_on or claim.changed_at)
        amount = claim.paid if claim.paid is not None else Decimal(0)
        key = "status.line.paid" if claim.paid is not None else "status.line.done"
        return turn.words(key, name=name, day=day, amount=amount)
    if stage == "review" and claim.step == "refused":
        return turn.words("status.line.refused", name=name, day=_day(turn, claim.changed_at))
    if done is not None:
        return turn.words("status.line.done", name=name, day=_day(turn, done))
    if since is not None:
        return turn.words("status.line.under_way", name=name, day=_day(turn, since))
    return turn.words("status.line.to_come", name=name)


def _papers(turn: Turn, claim: Claim, scheme: SchemeEntry | None) -> list[str]:
    if not _lacks(claim):
        return []
    names = {
        paper.code: paper.name.en if turn.language == "en" else paper.name.zh
        for paper in (scheme.papers if scheme else ())
    }
    return [names.get(code, code) for code in claim.missing]


def _next(turn: Turn, claim: Claim, missing: list[str]) -> str:
    if claim.step == "refused":
        reason = reason_in(turn, claim.reason)
        key = "claim_status.next.refused_why" if reason else "claim_status.next.refused"
        return turn.words(key, reason=reason)
    if missing:
        return turn.words("claim_status.next.missing", papers=missing)
    return turn.words(f"claim_status.next.{claim.step}")

"""Asking for proof before anything about a person is told.

Number and query code, or a phone that the platform vouches for with the last four of the ID
number, open everything of that person; a number with the last four of phone or ID number opens
its step only. A wrong number and a wrong proof are answered alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from actions.content import Ask, Button, Contact
from actions.fields import Given, Heard
from actions.identity import parse_phone
from knowledge.people import ALPHABET
from knowledge.proofs import Proof, TooManyTries
from knowledge.regions import RegionTree
from nlu.slots import last_four

if TYPE_CHECKING:
    from actions.turn import Turn

NO_REGION = "UN"
"""What a number begins with whose region has no letters of its own."""

NO_NUMBER = "none"
BY_TAIL = "tail"
"""Answers that aren't what was asked for: the number is lost, there is no code."""

FULL = "full"
"""The argument of a button that asks for the code although the step is open already."""

ELSEWHERE = "/#elsewhere"
"""Where the web chat shows what was said on another phone."""

_NUMBER = re.compile(
    r"(?<![A-Z0-9])([A-Z]{2})[\s\-_—–·.:：]*([0-9A-Z](?:[\s\-_.]*[0-9A-Z]){5})(?![A-Z0-9])"
)
_SIX = re.compile(r"(?<![\dA-Z])\d(?:[\s\-]?\d){5}(?![\dA-Z])")
_FOUR = re.compile(r"(?<![\dA-Z])(\d{3}[\dX])(?![\dA-Z])")
_NONE = re.compile(
    r"^(我)?(没有?|沒有?|忘了?|不知道|不记得|不記得|找不到|丢了?|丟了?|没记|记不得"
    r"|no|none|lost|forgot|don'?t have|don'?t know)",
    re.IGNORECASE,
)

Holds = Callable[[UUID], Awaitable[bool]]


def parse_number(text: str, tree: RegionTree) -> str | None:
    """A number in any shape, as on paper (`YT-7K3Q9M`): wide, lower case, with spaces."""
    begins = {region.number_prefix for region in tree} | {NO_REGION}
    even = unicodedata.normalize("NFKC", text).upper()
    for found in _NUMBER.finditer(even):
        body = re.sub(r"[\s\-_.]", "", found[2])
        if found[1] in begins and all(sign in ALPHABET for sign in body):
            return f"{found[1]}-{body}"
    return None


@dataclass(frozen=True)
class RecordNumber:
    """The number of a case, a claim, a membership and the like; or the own Telegram contact."""

    slot: str | None = "number"
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(NO_NUMBER, turn.words("proof.no_number"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Contact):
            return _vouched(given.content)
        said = str(given.slots.get("number") or given.text)
        tree = turn.knowledge.region_tree
        number = parse_number(said, tree) or parse_number(given.text, tree)
        if number:
            return Heard("sure", number)
        if _NONE.match(given.text):
            return Heard("sure", NO_NUMBER)
        if given.slots.get("phone"):
            return Heard("no", complaint="proof.phone_is_none")
        return Heard("no", complaint="proof.bad_number")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str)


@dataclass(frozen=True)
class VouchedPhone:
    """The sender's own number, vouched for by the platform."""

    slot: str | None = None
    ask: Ask | None = "contact"

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Contact):
            return _vouched(given.content)
        return Heard("no", complaint="proof.not_vouched")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str)


def _vouched(contact: Contact) -> Heard:
    phone = parse_phone(contact.phone) if contact.own else None
    return Heard("sure", phone) if phone else Heard("no", complaint="field.phone.not_own")


@dataclass(frozen=True)
class Code:
    """The query code; or four signs, which prove less; or that there is none."""

    slot: str | None = "query_code"
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(BY_TAIL, turn.words("proof.no_code"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        text = str(given.slots.get("query_code") or given.text).upper()
        six = _SIX.search(text)
        if six:
            return Heard("sure", re.sub(r"\D", "", six[0]))
        four = _four(given.text)
        if four:
            return Heard("sure", four)
        if _NONE.match(given.text):
            return Heard("sure", BY_TAIL)
        return Heard("no", complaint="proof.bad_code")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str)


@dataclass(frozen=True)
class Tail:
    """The last four of a phone or an ID number."""

    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def read(self, given: Given, turn: Turn) -> Heard:
        found = _four(given.text)
        if found:
            return Heard("sure", found)
        # Somebody sends the whole number: its end is what is needed.
        whole = re.sub(r"[\s\-]", "", given.text).upper()
        if re.fullmatch(r"\+?\d{10,17}[\dX]", whole):
            return Heard("sure", whole[-4:])
        return Heard("no", complaint="proof.bad_tail")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str) and len(value) == 4


def _four(text: str) -> str | None:
    """Four signs said as the last ones, alone, or somewhere among words."""
    found = _FOUR.search(text.upper())
    return last_four(text) or (found[1] if found else None)


async def prove(turn: Turn, holds: Holds, nothing: str) -> Proof | None:
    """What is proved, asked for where it isn't; None if it was said why there is none.

    `holds` tells whether a person has what is asked about; `nothing` is the key of what is said
    when nobody has it who is proved here already.

    Raises:
        actions.turn.Asked: a question was put.
    """
    held = await turn.proofs()
    full = [proof for proof in held if proof.level == "full"]
    step = [proof for proof in held if proof.level == "step"]
    wants_full = turn.slots.get("arg") == FULL
    if turn.form.question is None and "number" not in turn.slots:
        written = parse_number(turn.text, turn.knowledge.region_tree)
        turn.slots |= {"number": written} if written else {}
    if wants_full and step and "number" not in turn.slots:
        turn.slots["number"] = step[0].number
    number = said_number(turn)
    if number is not None:
        for proof in full:
            if number in await numbers(turn, proof.person):
                return proof
        if not wants_full and not turn.slots.get("query_code") and "code" not in turn.form.answers:
            for proof in step:
                if proof.number == number:
                    return proof
    elif turn.form.question is None and "number" not in turn.form.answers:
        for proof in full:
            if await holds(proof.person):
                return proof
        if step and not wants_full:
            return step[0]
        if full:
            turn.notice(turn.words(nothing))
    try:
        return await ask_for_proof(turn)
    except TooManyTries:
        turn.say("proof.slow", buttons=[turn.route_button("talk_to_human")])
        return None


def said_number(turn: Turn) -> str | None:
    """The number that this is about, if one was said."""
    said = turn.form.answers.get("number") or turn.slots.get("number")
    return parse_number(str(said), turn.knowledge.region_tree) if said else None


async def numbers(turn: Turn, person: UUID) -> set[str]:
    """All numbers of a person's records."""
    membership = await turn.knowledge.memberships.of(person)
    found = {case.number for case in await turn.knowledge.cases.of(person)}
    return found | ({membership.number} if membership else set())


async def ask_for_proof(turn: Turn) -> Proof | None:
    """A new proof, whatever is proved here already; None if it was said why there is none.

    Raises:
        actions.turn.Asked: a question was put.
        TooManyTries: this conversation, or its address, guessed too often.
    """
    telegram = turn.conversation.channel == "telegram"
    here = turn.conversation.id
    content = turn.content
    if isinstance(content, Contact) and not turn.form.answers and turn.form.question is None:
        # A contact that no question asked for: what it may be good for is to prove who asks.
        heard = _vouched(content)
        if heard.certainty == "sure":
            turn.form.answers["number"] = heard.value
    number = str(await turn.ask("number", RecordNumber(), "proof.number"))
    if number == NO_NUMBER:
        if not telegram:
            turn.say("proof.lost", buttons=[turn.route_button("talk_to_human")])
            return None
        number = str(await turn.ask("phone", VouchedPhone(), "proof.contact"))
    if number.startswith("+"):
        tail = await turn.ask("id_tail", Tail(), "proof.id_tail")
        proof = await turn.knowledge.proofs.by_contact(here, number, str(tail))
    else:
        code = str(await turn.ask("code", Code(), "proof.code", number=number))
        if code == BY_TAIL:
            code = str(await turn.ask("tail", Tail(), "proof.tail"))
        proofs = turn.knowledge.proofs
        prove_it = proofs.by_tail if len(code) == 4 else proofs.by_code
        proof = await prove_it(here, number, code)
    if proof is None:
        await _wrong(turn)
    elif turn.conversation.channel == "web" and await turn.knowledge.proofs.spoken_elsewhere(here):
        label = turn.words("proof.elsewhere_button")
        turn.say("proof.elsewhere", buttons=[Button(id="elsewhere", label=label, url=ELSEWHERE)])
    return proof


async def _wrong(turn: Turn) -> None:
    """Ask for the number anew. Not by `turn.again`: that would undo the count of the try."""
    for name in ("number", "code", "tail", "phone", "id_tail"):
        turn.form.answers.pop(name, None)
    for slot in ("number", "query_code"):
        turn.slots.pop(slot, None)
    turn.notice(turn.words("proof.wrong"))
    person = turn.route_button("talk_to_human")
    await turn.ask("number", RecordNumber(), "proof.number_again", buttons=[person])

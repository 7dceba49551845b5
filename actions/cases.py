"""Opening a case of any kind that the data knows: its questions, consent, a number and a code."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from actions.case_answers import chosen, concerning, field_of, may_be_owed
from actions.case_begun import begun, name_of, take_what_is_known
from actions.content import Reply, Text
from actions.fields import FREE_TEXT_LONGEST, LATER, Later
from actions.identity import Phone
from actions.joining_answers import agreed
from actions.public_lines import button, lines_asked_for
from actions.registry import ACTIONS, ONLY_BY_RIDER, ONLY_FOR_STAFF, Action
from actions.status_parts import decider_of
from actions.workplace import ask_workplace, path_of, settle
from knowledge.case_choices import to_be_asked
from knowledge.case_kinds import CaseKinds
from knowledge.case_records import Case
from knowledge.content_cases import CaseAnswer, CaseKindEntry, CaseQuestion, said_in
from knowledge.regions import Region
from knowledge.workdays import is_provisional

if TYPE_CHECKING:
    from actions.turn import Turn


def form_routes(kinds: CaseKinds) -> list[str]:
    """The services that are forms: written as code, and kinds of cases."""
    coded = [
        route
        for route, one in ACTIONS.items()
        if one.kind == "form" and route not in (*ONLY_FOR_STAFF, *ONLY_BY_RIDER)
    ]
    return coded + [kind.route for kind in kinds if kind.route and kind.route not in coded]


def case_service(kinds: CaseKinds, route: str) -> Action | None:
    """The form that serves a wish, if a kind of case has it."""
    return Action(route, "form", open_case) if kinds.of_route(route) else None


def _chooses_for(turn: Turn, kind: CaseKindEntry, on_record: str | None) -> str | None:
    """The region whose choices are offered: the one that was said, else the one on record.

    None once it has been chosen: what was chosen holds, wherever they say later that they work.
    """
    if any(one.answers_from and name_of(one) in turn.form.answers for one in kind.questions):
        return None
    named = settle(turn.knowledge.region_tree, str(turn.slots.get("region") or ""))
    return named[0].code if len(named) == 1 else on_record


async def open_case(turn: Turn) -> None:
    """Ask what the kind asks, show it, file it."""
    kind = turn.knowledge.case_kinds.of_route(turn.form.action)
    assert kind is not None
    _, region_on_record = await turn.knowledge.people.sector_and_region(turn.person)
    kind = await to_be_asked(turn.knowledge, kind, _chooses_for(turn, kind, region_on_record))
    if kind.single and await _open_one(turn, kind):
        turn.say("case.already", kind=said_in(kind.name, turn.language))
        turn.start = ("request_status", {})
        return
    if kind.intro is not None:
        turn.say("case.said", text=said_in(kind.intro, turn.language))
    for line in await lines_asked_for(turn):
        if line.for_crisis and line.hours is None:
            # Harassment, say: more than wages, and somebody else helps, too.
            turn.say(
                "case.also_line",
                buttons=[button(turn, line)],
                number=line.number,
                name=said_in(line.name, turn.language),
            )
    await take_what_is_known(turn, kind)
    details = await _details(turn, kind)
    kind = concerning(kind, _account(kind, details), details)
    region = await _region(turn)
    phone = await _phone(turn, kind)
    decides = decider_of(turn.knowledge.region_tree, region.code, turn.language)
    consent = await _consent(turn, kind, decides)
    if not consent:
        turn.say("case.declined", body=region.body(turn.language))
        return
    telegram = turn.conversation.channel == "telegram"
    summary = "case.summary_telegram" if telegram else "case.summary"
    if not await turn.confirm(
        summary,
        change=_changeable(turn, kind, asked=phone.asked),
        kind=said_in(kind.name, turn.language),
        lines="\n".join(_lines(turn, kind, details, phone.number)),
        place=path_of(turn, region),
        decides=decides,
    ):
        turn.say("case.stopped", body=region.body(turn.language))
        return
    if telegram:
        consent = f"{consent} {_version(turn, summary)}"
    case = await _file(turn, kind, region, details, phone.number, consent)
    _received(turn, kind, case, region, decides)


# The questions


async def _open_one(turn: Turn, kind: CaseKindEntry) -> bool:
    cases = await turn.knowledge.cases.of(turn.person)
    return any(case.kind == kind.code and case.closed_at is None for case in cases)


async def _details(turn: Turn, kind: CaseKindEntry) -> dict[str, Any]:
    details: dict[str, Any] = {}
    before: CaseAnswer | None = None
    for question in kind.questions:
        if question.wages and not may_be_owed(_account(kind, details)):
            continue
        choice, before = before, None
        if choice is not None and choice.alone:
            continue
        if choice is not None:
            _take_told(turn, question, choice.told_by)
        first = begun(turn, question)
        key, ask = "case.said", question.ask
        if first:
            key, ask = "case.more", question.more or question.ask
        _take_time(turn, question)
        field = field_of(question, where=bool(first) and question.on_the_spot)
        text = said_in(ask, turn.language)
        answer = await turn.ask(name_of(question), field, key, text=text, said=first)
        if answer == LATER:
            continue
        details[question.code] = (
            turn.words("case.both", first=first, then=answer) if first else answer
        )
        before = chosen(question, details)
    return details


def _take_time(turn: Turn, question: CaseQuestion) -> None:
    """A time that was said with the wish or with the answer before: "线上，工作日晚上"."""
    if question.type == "time":
        _take_told(turn, question, ("weekday", "time_of_day", "date"))


def _take_told(turn: Turn, question: CaseQuestion, slots: Sequence[str]) -> None:
    """The line answers a question before it is asked if it says one of these slots."""
    name, open_ = name_of(question), turn.form.question
    asked = open_ is not None and open_.name == name
    if asked or name in turn.form.answers or name in turn.form.refused:
        return
    said = turn.slots if open_ is None else turn.said
    if any(said.get(slot) for slot in slots) and isinstance(turn.content, Text):
        turn.form.answers[name] = turn.text[:FREE_TEXT_LONGEST]


def _account(kind: CaseKindEntry, details: dict[str, Any]) -> str:
    """What happened, as far as it is told."""
    told = [details.get(question.code) for question in kind.questions if question.from_wish]
    return " ".join(str(one) for one in told if one)


async def _region(turn: Turn) -> Region:
    """Whose union answers: of the rider's record, else asked for."""
    _, known = await turn.knowledge.people.sector_and_region(turn.person)
    region = turn.knowledge.region_tree.get(known)
    if region is not None and "workplace" not in turn.form.answers:
        return region
    _, region = await ask_workplace(turn)
    return region


class _Number:
    """The phone that the union may call, and whether it was asked for here."""

    def __init__(self, number: str | None, *, asked: bool) -> None:
        self.number, self.asked = number, asked


async def _phone(turn: Turn, kind: CaseKindEntry) -> _Number:
    if kind.phone == "none":
        return _Number(None, asked=False)
    known = (await turn.knowledge.people.profile(turn.person)).get("phone")
    if known and "phone" not in turn.form.answers and "phone" not in turn.form.refused:
        return _Number(known, asked=True)
    field = Phone() if kind.phone == "asked" else Later(Phone())
    number = str(await turn.ask("phone", field, "case.phone"))
    return _Number(None if number == LATER else number, asked=True)


async def _consent(turn: Turn, kind: CaseKindEntry, decides: str) -> str:
    """The version of the text that was agreed to; empty if it was refused."""
    telegram = turn.conversation.channel == "telegram"
    key = "case.consent_telegram" if telegram else "case.consent"
    what = [said_in(question.label, turn.language) for question in kind.questions]
    what += [turn.words("case.label.place")]
    what += [turn.words("case.label.phone")] if kind.phone != "none" else []
    version = f"{kind.code}:{_version(turn, key)}"
    return await agreed(turn, key, version, decides=decides, what=what)


def _version(turn: Turn, key: str) -> str:
    return f"{key}@{turn.language}:{turn.words.version(key)}"


def _changeable(turn: Turn, kind: CaseKindEntry, *, asked: bool) -> dict[str, str]:
    """What the summary has a button for: the answer's name, and what the button says."""
    words = turn.words
    labels = {name_of(q): said_in(q.label, turn.language) for q in kind.questions}
    if "workplace" in turn.form.answers:
        labels["workplace"] = words("case.label.place")
    if asked:
        labels["phone"] = words("case.label.phone")
    return {name: words("case.change", what=label) for name, label in labels.items()}


def _lines(
    turn: Turn, kind: CaseKindEntry, details: dict[str, Any], phone: str | None
) -> list[str]:
    """The answers, a line for each, as they go to the union."""
    lines = []
    for question in kind.questions:
        answer = spoken_answer(kind, question.code, details.get(question.code), turn.language)
        text = answer or turn.words("case.not_given")
        if question.type == "photo" and answer:
            text = turn.words("case.photo_given")
        lines.append(f"{said_in(question.label, turn.language)}: {text}")
    if kind.phone != "none":
        number = phone.removeprefix("+86") if phone else turn.words("case.not_given")
        lines.append(f"{turn.words('case.label.phone')}: {number}")
    return lines


def spoken_answer(kind: CaseKindEntry, code: str, value: Any, language: str) -> str:
    """An answer as it is read: a chosen one by its name."""
    question = next((one for one in kind.questions if one.code == code), None)
    for answer in question.answers if question else ():
        if answer.code == value:
            return said_in(answer.name, language)
    return "" if value is None else str(value)


# Filing


async def _file(
    turn: Turn,
    kind: CaseKindEntry,
    region: Region,
    details: dict[str, Any],
    phone: str | None,
    consent: str,
) -> Case:
    people, here = turn.knowledge.people, turn.conversation.id
    photos = {q.code: details.pop(q.code) for q in kind.questions
              if q.type == "photo" and q.code in details}  # fmt: skip
    sector, known = await people.sector_and_region(turn.person)
    profile = await people.profile(turn.person)
    new = {"phone": phone} if phone and not profile.get("phone") else {}
    if new or known is None:
        await people.change(
            turn.person, new, actor="rider", region=region.code if known is None else None
        )
    filing = _claim if kind.code == "claim" else _case
    case = await filing(
        turn,
        kind,
        region=region.code,
        details={**details, **({"phone": phone} if phone else {})},
        photos=set(photos),
        consent=consent,
        code=people.new_code(),
        conversation=here,
        sector=sector or turn.slots.get("sector"),
    )
    for code, file in photos.items():
        _, body = await turn.knowledge.files.read(int(file), here)
        await turn.knowledge.case_documents.keep(case, f"{code}.jpg", body, actor="rider")
    await turn.knowledge.proofs.owner(here, turn.person)
    return case


async def _case(turn: Turn, kind: CaseKindEntry, *, photos: set[str], **given: Any) -> Case:
    return await turn.knowledge.cases.file(turn.person, kind, **given)


async def _claim(turn: Turn, kind: CaseKindEntry, *, photos: set[str], **given: Any) -> Case:
    """A claim has a record of its own: the scheme, the own cost, and which papers are missing."""
    details = given["details"]
    scheme = await turn.knowledge.schemes.get(details["scheme"])
    wanted = [paper.code for paper in scheme.papers] if scheme else []
    cost = details.get("own_cost")
    return await turn.knowledge.claims.hand_in(
        turn.person,
        kind,
        scheme=details["scheme"],
        own_cost=None if cost is None else Decimal(str(cost)),
        missing=[code for code in wanted if code not in photos],
        **given,
    )


def _received(turn: Turn, kind: CaseKindEntry, case: Case, region: Region, decides: str) -> None:
    words = turn.words
    lines = [
        words(
            "case.received",
            kind=said_in(kind.name, turn.language),
            number=case.number,
            code=turn.code_for(case.number),
        ),
        words("case.decides", decides=decides),
    ]
    if kind.received is not None:
        lines.append(said_in(kind.received, turn.language))
    if case.due is not None:
        key = "join.due_provisional" if is_provisional(case.due) else "join.due"
        lines.append(words(key, due=case.due, year=case.due.year))
    else:
        lines.append(words("join.due_none"))
    status = "claim_status" if kind.code == "claim" else "request_status"
    buttons = [turn.route_button(status)]
    buttons += [turn.route_button(route) for route in kind.offers]
    turn.reply(Reply(text="\n".join(lines), buttons=tuple(buttons)))

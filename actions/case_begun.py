"""What is known of a case before its first question: from a sentence, and from the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actions.case_answers import only_wishes, tells, told_by
from actions.content import Text
from actions.fields import FREE_TEXT_LONGEST, LATER
from actions.station_answers import is_named
from actions.workplace import place_said, regions_of, settled_place, take_place
from knowledge.content_cases import CaseKindEntry, CaseQuestion
from knowledge.stations import Station
from nlu.slots import pointed_at

if TYPE_CHECKING:
    from actions.turn import Turn

SHORTEST = 4
"""Characters of a sentence that tells something: "厕所堵了"."""

_THING = r"微波炉|饮水机|充电(?:柜|桩|口)|厕所|空调|门|灯|插座|station|place|stop|one"

_THAT_ONE = re.compile(
    r"[这那][个家]?(?:驿站|站|店|地方|屋|歇脚点|服务站)|[这那][里儿]|刚才那|它"
    rf"|^(?:[这那]个?|(?:this|that|the) )(?:{_THING})|\b(?:this|that) (?:station|place|stop)\b",
    re.IGNORECASE,
)

_OTHER_NTH = re.compile(
    r"(?:第.{1,2}|头一|最后一)个?(?:路口|红绿灯|弯|拐角|小区|楼|单元|门岗|井盖|坑|次|回|天|月|星期|礼拜)"
    r"|\b(?:first|second|third|last) (?:time|crossing|light|corner|floor|building|week|month)\b",
    re.IGNORECASE,
)
"""A place in a row of something else than stations."""


def name_of(question: CaseQuestion) -> str:
    """What the answer to a question is called in the form."""
    return f"q.{question.code}"


def begun(turn: Turn, question: CaseQuestion) -> str:
    """What a short first sentence has told of it already; nothing once the rider changes it."""
    if not question.from_wish or name_of(question) in turn.form.refused:
        return ""
    return str(turn.form.slots.get("begun") or "")


async def take_what_is_known(turn: Turn, kind: CaseKindEntry) -> None:
    """The account, a photo and the place, as far as they were said or sent already."""
    before_all = turn.form.question is None and not turn.form.answers
    if before_all:
        await _take_from_screen(turn, kind)
    _take_from_sentence(turn, kind, before_all=before_all)
    _take_spot(turn, kind)
    _take_photo(turn, kind)


async def _take_from_screen(turn: Turn, kind: CaseKindEntry) -> None:
    """A station of the list that the rider points at, and where they are."""
    question = next((one for one in kind.questions if one.on_the_spot), None)
    if question is None:
        return
    answers = turn.form.answers
    station = await _pointed_at(turn)
    place = turn.state.place
    if station is not None:
        if not only_wishes(turn.text):
            told = f"{station.name(turn.language)}: {turn.text}"
            answers[name_of(question)] = told[:FREE_TEXT_LONGEST]
        answers["workplace"] = settled_place(turn.knowledge.region_tree.get(station.region))
    elif place is not None and not place_said(turn.slots, turn.text):
        found = await regions_of(turn, {"lat": place.lat, "lon": place.lon, "name": ""})
        if found:
            answers["workplace"] = settled_place(found[0])


async def _pointed_at(turn: Turn) -> Station | None:
    """Which station of the list on the screen the sentence is about."""
    shown, text = turn.state.stations_on_screen(turn.now), turn.text
    if shown is None or not text:
        return None
    stations = await turn.knowledge.stations.by_codes(shown.ids)
    by_code = {station.code: station for station in stations}
    code = None if _OTHER_NTH.search(text) else pointed_at(text, shown.ids)
    if code is not None:
        return by_code.get(code)
    named = [station for station in stations if is_named(text, station, itself=True)]
    if len(named) == 1:
        return named[0]
    if not _THAT_ONE.search(text):
        return None
    # Which of several is only clear where one was asked about before.
    return stations[0] if len(stations) == 1 else by_code.get(str(shown.slots.get("one")))


def _take_from_sentence(turn: Turn, kind: CaseKindEntry, *, before_all: bool) -> None:
    """What the first sentence says besides the slots: the account itself, and where.

    Also one that was told where only a name was asked for: nobody tells it twice. One too short to
    be all of it is kept, and the rest is asked for.
    """
    open_, answers = turn.form.question, turn.form.answers
    names = [name_of(question) for question in kind.questions if question.employer]
    instead = open_ is not None and open_.name in names and tells(turn.text)
    if instead or before_all:
        written = turn.text if isinstance(turn.content, Text) else ""
        for question in kind.questions:
            if not question.from_wish or name_of(question) in answers:
                continue
            said = turn.text[:FREE_TEXT_LONGEST] if instead else told_by(question, turn.content)
            if said:
                answers[name_of(question)] = said
            elif len(written) >= SHORTEST and not only_wishes(written):
                turn.form.slots["begun"] = written
    if instead:
        for question in kind.questions:
            slot = question.slot
            if slot and slot in turn.said and not question.employer:
                turn.slots.setdefault(slot, turn.said[slot])
    take_place(turn)


def _take_spot(turn: Turn, kind: CaseKindEntry) -> None:
    """Where it is, said with what is wrong: that place's union answers."""
    open_, form = turn.form.question, turn.form
    spots = [name_of(question) for question in kind.questions if question.on_the_spot]
    if open_ is None or open_.name not in spots or "workplace" in form.refused:
        return
    place = place_said(turn.said, turn.text)
    if place is not None:
        form.answers["workplace"] = place


def _take_photo(turn: Turn, kind: CaseKindEntry) -> None:
    """A photo that was sent at another question, before it was asked for or put off."""
    wanted = [name_of(question) for question in kind.questions if question.type == "photo"]
    sent, form = turn.form.slots.get("sent_photo"), turn.form
    asked = form.question.name if form.question else None
    if sent is None or len(wanted) != 1 or asked == wanted[0]:
        return
    if form.answers.get(wanted[0], LATER) == LATER and wanted[0] not in form.refused:
        form.answers[wanted[0]] = sent

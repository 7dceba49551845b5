"""What riders and colleagues have written comes out as text on every page that staff work with.

Places, courses, programmes, articles, questions and accounts are tried beside their own pages.
"""

from __future__ import annotations

import re

from sqlalchemy import select

from bot.inbox_answers import Draft, InboxAnswers
from bot.inbox_steps import InboxSteps
from knowledge.access import Actor
from knowledge.accounts import Account
from knowledge.books import ConversationRow
from knowledge.case_records import Given
from knowledge.duty_roster import Shift
from knowledge.notice_ways import DEFAULT
from tests.actions.talk import House
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.inbox import waiting, working
from tests.bot.test_console_pages import EVIL

REGION = "weihai-jingkai"
OWN_SCRIPTS = re.compile(r'<script type="module" src="/static/[\w./]+">')
EVIL_NAME = "<script>alert(1)</script>"


async def furnished(house: House) -> tuple[Account, dict[str, str]]:
    """A boss, and the paths of what was written to do harm."""
    clock = house.database.clock
    door = Door(house.database)
    house.database.clock = clock
    boss = await door.member("赵敏", "administrator", None, secret="A" * 32)
    actor = Actor("赵敏", "administrator", None, house.database.region_tree, account=boss.id)
    rider, number = await waiting(house, EVIL, region=REGION)
    async with house.database.begin() as unit:
        newest = select(ConversationRow).order_by(ConversationRow.id.desc()).limit(1)
        conversation = (await unit.session.scalars(newest)).one()
        person = conversation.person_id
        fields = {"name": EVIL, "employer": EVIL, "phone": "13900000009"}
        await unit.people.change(person, fields, actor=EVIL, region=REGION)
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
        await InboxAnswers(house.database).say(actor, number, Draft("evil-answer-1", EVIL))
        await InboxAnswers(house.database).note(actor, number, EVIL)
        await rider.says(f"{EVIL} 再说一遍")
    async with house.database.begin() as unit:
        await unit.accounts.add("evil", EVIL_NAME, "staff", REGION, "zh")
        await unit.duty.put_shift(Shift("赵敏", REGION, "daily", 0, 1440))
        await unit.quick_replies.add(region=None, owner=None, title=EVIL, text=EVIL, by=EVIL_NAME)
        await unit.notice_ways.add_robot(
            "wecom", EVIL, REGION, DEFAULT, {"url": "http://127.0.0.1:1/send"}
        )
        call = await unit.behalf.begin(person, "phone", EVIL, region=REGION, actor="staff:赵敏")
        cases = []
        for kind, details in (
            ("report", {"what": EVIL}),
            ("dispute", {"employer": EVIL, "what": EVIL}),
            ("dispute", {"employer": EVIL, "what": EVIL}),
            ("hardship", {"trouble": EVIL}),
            ("counselling", {"when": EVIL}),
        ):
            cases.append(
                await unit.cases.file(
                    person,
                    unit.case_kinds.get(kind),
                    region=REGION,
                    details=details,
                    consent="1",
                    code="123456",
                )
            )
        await unit.case_documents.keep(cases[0], f"{EVIL}.pdf", b"%PDF-1.7", actor="rider")
        await unit.case_offices.add_rule(REGION, "report", None, EVIL_NAME, actor=EVIL)
        joint = await unit.joint_cases.make(cases[1:3], REGION, actor=EVIL, account="赵敏")
        numbers = [case.number for case in cases]
    async with house.database.begin() as unit:
        await unit.cases.move(numbers[0], "solved", actor=EVIL, given=Given(reason=EVIL))
    return boss, {
        "talk": f"/console/inbox/{number}",
        "call": f"/console/behalf/{call}",
        "joint": f"/console/cases/joint/{joint.id}",
        "person": f"/console/persons/{person}",
        **{f"case {at}": f"/console/cases/{one}" for at, one in enumerate(numbers)},
        **{f"print {at}": f"/console/cases/{one}/print" for at, one in enumerate(numbers)},
    }


async def test_no_page_of_staff_lets_a_stored_script_through(house: House) -> None:
    """A rider's name, lines and cases; notes, answers, reasons, documents, quick replies, rules."""
    boss, paths = await furnished(house)
    async with house.database.begin() as unit:
        token = await unit.sessions.begin(boss, "test", complete=True)
    paths |= {
        path: f"/console{path}"
        for path in (
            "", "/inbox?view=all", "/inbox?view=mine", "/inbox?view=over", "/inbox/rows?view=all",
            "/quick-replies", "/cases", "/cases?kind=report&closed=1", "/cases/board?kind=dispute",
            "/cases/rules", "/cases/joint", "/duty", "/leads", "/leads/figures", "/leads/own",
            "/leads/month", "/clocks", "/calls", "/behalf", "/notices", "/notices/settings",
            "/audit", "/staff", "/questions", "/figures",
        )
    }  # fmt: skip
    pages: dict[str, str] = {}
    async with visitors(Door(house.database)) as visitor:
        one: Visitor = visitor(token)
        for name, path in paths.items():
            response = await one.get(path)
            assert response.status == 200, path
            pages[name] = await response.text()
        for name in ("talk", "case 1", "person", "joint", "call"):
            await one.get(paths[name])
            for step, form in STEPS.get(name, {}).items():
                response = await one.post(f"{paths[name]}{step}", form)
                pages[f"{name}{step}"] = await response.text()
    for name, text in pages.items():
        assert "<script" not in OWN_SCRIPTS.sub("", text), name
        assert "<img src=x" not in text, name
        assert "onerror=alert(2)>" not in text, name
    shown = {name for name, text in pages.items() if "&lt;script&gt;alert(1)" in text}
    assert shown >= {"talk", "person", "case 0", "case 1", "print 1", "/quick-replies", "joint"}
    assert shown >= {"/cases/rules", "/audit", "/notices/settings", "/staff"}


STEPS: dict[str, dict[str, dict[str, str]]] = {
    "talk": {"/note": {"text": ""}, "/say": {"text": EVIL, "once": EVIL},
             "/reveal": {"field": EVIL, "reason": EVIL}},
    "case 1": {"/move": {"to": EVIL, "reason": EVIL}, "/reveal": {"field": EVIL, "reason": EVIL}},
    "person": {"/reveal": {"field": EVIL, "reason": EVIL}},
    "joint": {"/names": {"names": EVIL}},
    "call": {"": {"text": EVIL}},
}  # fmt: skip
"""What is sent wrongly comes back on the page."""

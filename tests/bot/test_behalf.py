"""On behalf of a rider who called: the bot's own forms, filled by staff, audited as theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from actions.cases import form_routes
from actions.content import Content, Press, Text
from actions.state import State
from bot.behalf import Conversation, OnBehalf
from bot.behalf_calls import BehalfCalls, Wanted
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere, Role
from knowledge.audit import AuditRow, Filter
from knowledge.behalf import BehalfRow
from knowledge.case_kinds import read_case_kinds
from knowledge.clock import CHINA
from tests.actions.talk import House, Talk

NUMBER = re.compile(r"[A-Z]{2}-[2-9A-HJKMNP-Z]{6}")
PHONE = "13900000088"
SENTENCE = f"我叫李雷，在威海经区皇冠街道送外卖，手机{PHONE}，想入会"


class Caller:
    """A member of staff with a rider on the phone."""

    def __init__(self, house: House, number: int, actor: Actor) -> None:
        self.house, self.number, self.actor = house, number, actor
        self.desk = desk_of(house)
        self.once = count()

    async def says(self, content: Content | str, *, read_out: bool = False) -> Conversation:
        if isinstance(content, str):
            content = Text(text=content)
        once = f"once-{next(self.once)}"
        await self.desk.say(self.actor, self.number, content, once, read_out=read_out)
        await self.house.engine.serve(self.number)
        return await self.desk.show(self.actor, self.number)

    async def presses(self, label: str, *, read_out: bool = False) -> Conversation:
        shown = await self.desk.show(self.actor, self.number)
        button = next(one for one in shown.buttons if label in one.label)
        return await self.says(Press(id=button.id, label=button.label), read_out=read_out)


def desk_of(house: House) -> OnBehalf:
    return OnBehalf(house.database, house.inbox, house.log, wait=0)


def actor(house: House, region: str | None = "weihai", role: Role = "staff") -> Actor:
    return Actor("王敏", role, region, house.database.region_tree, account=1)


async def on_the_phone(house: House, note: str = "嗓子哑，打字慢") -> Caller:
    who = actor(house)
    return Caller(house, await desk_of(house).begin(who, None, "phone", note), who)


async def filed(caller: Caller) -> tuple[str, str]:
    """An application by phone: its number and query code as they are read out."""
    await caller.says(SENTENCE)
    await caller.presses("同意", read_out=True)
    shown = await caller.presses("确认提交")
    said = "\n".join(line.text for line in shown.lines)
    number, code = NUMBER.search(said), re.search(r"(?<!\d)\d{6}(?!\d)", said.split("确认提交")[-1])
    assert number, said
    assert code, said
    return number[0], code[0]


async def test_an_application_by_phone_is_the_riders_own_in_the_web_chat(house: House) -> None:
    """Number and code, read out once, open its state there."""
    number, code = await filed(await on_the_phone(house))
    talk = Talk(house)
    await talk.says(f"我的入会申请 {number} 到哪了")
    await talk.says(code)
    assert number in talk.heard
    assert any(card.kind == "application" for card in talk.heard.cards)


async def test_the_code_is_shown_once_to_whoever_filed_it_and_to_nobody_else(
    house: House,
) -> None:
    """Not by reloading, not to a colleague, and the audit says that it was shown."""
    caller = await on_the_phone(house)
    _, code = await filed(caller)
    for who in (caller.actor, Actor("老王", "lead", "weihai", house.database.region_tree, 2)):
        shown = await caller.desk.show(who, caller.number)
        assert code not in str(shown.lines)
        assert not shown.told_now
    shown = await caller.says(f"是的，查询码是 {code}")
    assert code not in str(shown.lines)
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="behalf.code_shown"), 5)
    assert [line.actor for line in lines] == ["staff:王敏"]


async def test_consent_is_read_out_before_an_answer_counts(house: House) -> None:
    """Without the confirmation nothing is said for the rider; with it, it is in the audit."""
    caller = await on_the_phone(house)
    shown = await caller.says(SENTENCE)
    assert shown.consent
    before = len(shown.lines)
    with pytest.raises(Refused, match="behalf_read_out"):
        await caller.presses("同意")
    with pytest.raises(Refused, match="behalf_read_out"):
        await caller.says("同意")
    shown = await caller.desk.show(caller.actor, caller.number)
    assert len(shown.lines) == before
    await caller.presses("同意", read_out=True)
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="behalf.consent"), 5)
    assert [(line.actor, line.after) for line in lines] == [
        ("staff:王敏", {"read_out": True, "said": "同意"})
    ]


async def test_what_is_done_for_a_rider_is_audited_as_the_member_of_staffs(house: House) -> None:
    """The rider is the subject of every line."""
    caller = await on_the_phone(house)
    await filed(caller)
    async with house.database.begin() as unit:
        call = await unit.behalf.get(caller.number)
        assert call is not None
        rows = list(
            await unit.session.scalars(select(AuditRow).where(AuditRow.person_id == call.person))
        )
    assert {row.actor for row in rows} == {"staff:王敏"}
    done = {"behalf.begin", "behalf.consent", "person.change", "application.apply", "proof.full"}
    assert {row.action for row in rows} >= done


async def test_the_same_form_sent_twice_is_said_once(house: House) -> None:
    """A bad network resends."""
    caller = await on_the_phone(house)
    for _ in range(2):
        await caller.desk.say(
            caller.actor, caller.number, Text(text="你好"), "again", read_out=False
        )
    await house.engine.serve(caller.number)
    shown = await caller.desk.show(caller.actor, caller.number)
    assert [line.text for line in shown.lines].count("你好") == 1


async def test_a_rider_is_found_by_phone_or_number_in_the_own_region_only(house: House) -> None:
    """What is shown is masked, and who was looked up is audited."""
    number, _ = await filed(await on_the_phone(house))
    desk = desk_of(house)
    cards = await desk.find(actor(house), PHONE)
    for wanted in (number, number.lower()):
        assert await desk.find(actor(house), wanted) == cards
    assert len(cards) == 1
    for card in cards:
        assert card.profile["name"] == "李雷"
        assert PHONE not in card.profile["phone"]
    assert await desk.find(actor(house, "yantai"), PHONE) == []
    with pytest.raises(NotThere):
        await desk.begin(actor(house, "yantai"), cards[0].person, "visit", "")
    with pytest.raises(Refused, match="behalf_wanted"):
        await desk.find(actor(house), "李雷")
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="behalf.find"), 9)
    assert [line.person for line in lines] == [None, *[cards[0].person] * 3]


async def test_a_call_is_its_offices_own(house: House) -> None:
    """Another region's staff don't see it, auditors don't speak for riders."""
    caller = await on_the_phone(house)
    with pytest.raises(NotThere):
        await caller.desk.show(actor(house, "yantai"), caller.number)
    with pytest.raises(Denied):
        await caller.desk.show(actor(house, None, "auditor"), caller.number)


async def test_the_note_is_sealed(house: House) -> None:
    """It is opened for the page only, and gone with the rider's key."""
    caller = await on_the_phone(house, "嗓子哑")
    async with house.database.begin() as unit:
        row = await unit.session.get(BehalfRow, caller.number)
        assert row is not None
        assert row.note is not None
        assert "嗓子哑".encode() not in row.note
        call = await unit.behalf.get(caller.number)
        assert call is not None
        assert call.note == "嗓子哑"
        await unit.people.erase(call.person, actor="house")
    with pytest.raises(NotThere):
        await caller.desk.show(caller.actor, caller.number)


async def test_calls_are_listed_with_what_was_filed_for_those_of_the_region(house: House) -> None:
    """Newest first, by how, by whom, by what and by day; no name is whole."""
    caller = await on_the_phone(house)
    number, _ = await filed(caller)
    house.clock.move(timedelta(days=1))
    visitor = Actor("老王", "staff", "weihai", house.database.region_tree, account=2)
    visit = await desk_of(house).begin(visitor, None, "visit", "")
    there = Actor("李静", "staff", "yantai", house.database.region_tree, account=3)
    elsewhere = await desk_of(house).begin(there, None, "other", "")
    calls = BehalfCalls(house.database)

    async def listed(who: Actor, **filters: Any) -> list[int]:
        return [one.conversation for one in (await calls.page(who, Wanted(**filters))).calls]

    assert await listed(visitor) == [visit, caller.number]
    assert await listed(there) == [elsewhere]
    everywhere = actor(house, None)
    assert await listed(everywhere) == [elsewhere, visit, caller.number]
    assert await listed(everywhere, region="weihai") == [visit, caller.number]
    assert await listed(there, region="weihai") == []
    assert await listed(everywhere, how="visit") == [visit]
    assert await listed(everywhere, staff="staff:王敏") == [caller.number]
    assert await listed(everywhere, kind="application") == [caller.number]
    assert await listed(everywhere, kind="nothing") == [elsewhere, visit]
    today = house.clock.now().astimezone(CHINA).date()
    assert await listed(everywhere, since=today) == [elsewhere, visit]
    assert await listed(everywhere, until=today - timedelta(days=1)) == [caller.number]
    page = await calls.page(visitor, Wanted())
    assert page.calls[1].filed == ((number, "application"),)
    assert page.calls[1].name == "李**"
    assert PHONE not in str(page)
    assert page.staff == ["staff:王敏", "staff:老王"]
    with pytest.raises(Denied):
        await calls.page(actor(house, role="auditor"), Wanted())


@pytest.mark.parametrize("route", [*form_routes(read_case_kinds())])
async def test_any_form_can_be_begun_for_a_rider_on_the_phone(house: House, route: str) -> None:
    """Its first question or list is read out, and it is no other service's."""
    caller = await on_the_phone(house)
    assert route in (await caller.desk.show(caller.actor, caller.number)).services
    shown = await caller.says(Press(id=f"r:{route}", label=route))
    said = shown.lines[-1].text
    assert said
    assert "还不能直接办" not in said
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(caller.number)
        assert conversation is not None
        assert conversation.state is not None
        state = State.model_validate(
            await unit.people.unseal(conversation.person, conversation.state, "state")
        )
    # A course is chosen from a list first: that is another service's.
    first = "find_course" if route == "enroll_course" else route
    assert state.last_route == first or [form.action for form in state.forms] == [route]


async def test_a_dispute_by_phone_is_filed_with_number_and_code(house: House) -> None:
    """A kind of case from the data, its questions answered by whoever writes for the rider."""
    caller = await on_the_phone(house)
    shown = await caller.says("老板拖欠我三个月工资一直不给发")
    said = {
        "哪家": "顺达配送", "多少人": "5个人", "手机号": PHONE, "干活": "威海经区皇冠街道",
    }  # fmt: skip
    for _ in range(10):
        asked = shown.lines[-1].text
        if "同意吗" in asked:
            break
        answer = next((one for sign, one in said.items() if sign in asked), "以后再补")
        shown = await caller.says(answer)
    await caller.presses("同意", read_out=True)
    shown = await caller.presses("确认提交")
    number = NUMBER.search("\n".join(line.text for line in shown.lines[-2:]))
    assert number
    async with house.database.begin() as unit:
        case = await unit.cases.get(number[0])
        assert case is not None
        call = await unit.behalf.get(caller.number)
        assert call is not None
    assert (case.kind, case.person) == ("dispute", call.person)

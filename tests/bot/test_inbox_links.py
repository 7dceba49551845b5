"""The same rider on two channels: asked, proved in the chat, seen as one, apart again, erased."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from bot.inbox_links import InboxLinks
from bot.inbox_steps import InboxSteps
from bot.inbox_talk import InboxTalk
from bot.messages import Channel
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere
from knowledge.audit import Filter
from knowledge.people import PersonRow
from knowledge.secrets import SecretsError
from tests.actions.talk import House
from tests.actions.talk import Talk as Rider
from tests.bot.inbox import somebody, waiting, working

NUMBER, CODE = "YT-2222AB", "135790"
SAID = "上次在另一部手机上说的话"


async def elsewhere(house: House, channel: Channel = "telegram") -> UUID:
    """A rider of Yantai on another channel, who has handed something in there."""
    rider = Rider(house, channel=channel)
    await rider.says(SAID)
    async with house.database.begin() as unit:
        found = await unit.conversations.get(rider.number)
        assert found is not None
        fields = {"name": "欧阳锦绣", "phone": "+8613911112222"}
        await unit.people.change(found.person, fields, actor="rider", region="yantai")
        await unit.people.issue_code(found.person, NUMBER, "report", CODE)
    return found.person


async def taken(house: House, actor: Actor) -> tuple[Rider, int]:
    """A nameless rider whom the actor has."""
    rider, number = await waiting(house)
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")
    await rider.hears()
    return rider, number


async def linked(house: House, number: int) -> list[UUID]:
    talk = await InboxTalk(house.database).show(somebody(house), number)
    return [one.card.person for one in talk.linked]


async def outcome(house: House, actor: Actor, number: int) -> str | None:
    proposal = (await InboxLinks(house.database).show(actor, number)).proposal
    assert proposal is not None
    return proposal.answer


async def test_asked_agreed_and_proved_both_are_seen_together(house: House) -> None:
    """History on both channels, and the card; the audit says who asked and that it was agreed."""
    other = await elsewhere(house)
    actor, links = somebody(house, region="yantai"), InboxLinks(house.database)
    rider, number = await taken(house, actor)
    (card,) = await links.find(actor, number, NUMBER)
    assert card.person == other
    assert "13911112222" not in str(card.profile)
    await links.ask(actor, number, other)
    await rider.hears()
    assert await linked(house, number) == []
    await rider.presses("同意")
    assert "编号" in rider.heard
    await rider.says(f"{NUMBER} {CODE}")
    assert "合起来" in rider.heard
    talk = await InboxTalk(house.database).show(actor, number)
    assert [(one.card.person, one.channels) for one in talk.linked] == [(other, ("telegram",))]
    assert talk.card.profile["name"] == "欧阳锦绣"
    assert SAID in [line.text for line in talk.lines]
    assert await outcome(house, actor, number) == "agreed"
    assert await links.find(actor, number, NUMBER) == []
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="person.link"), 20)
    told = {(line.action, line.actor) for line in lines}
    assert {
        ("person.link_find", "staff:赵敏"),
        ("person.link_ask", "staff:赵敏"),
        ("person.link_agreed", "rider"),
        ("person.link", "staff:赵敏"),
    } <= told


@pytest.mark.parametrize(
    ("answers", "became"),
    [
        (["不同意"], "declined"),
        (["同意", "YT-7K3Q9M 482913"], "not_proved"),
        (["同意", f"{NUMBER} 000000"], None),
        (["同意", f"{NUMBER}", "2222"], "not_proved"),
    ],
)
async def test_without_both_nobody_is_linked(
    house: House, answers: list[str], became: str | None
) -> None:
    """Refused, another's record proved, a wrong code, only the last four."""
    other = await elsewhere(house)
    actor = somebody(house, region="yantai")
    rider, number = await taken(house, actor)
    await InboxLinks(house.database).ask(actor, number, other)
    await rider.hears()
    for line in answers:
        await rider.says(line)
    assert await linked(house, number) == []
    assert await outcome(house, actor, number) == became


async def test_papers_are_a_leads_to_answer_for_and_the_rider_is_asked_all_the_same(
    house: House,
) -> None:
    """A member of staff may not; a reason of nothing isn't one."""
    other = await elsewhere(house)
    lead, links = somebody(house, "王敏", "lead", "yantai"), InboxLinks(house.database)
    rider, number = await taken(house, lead)
    with pytest.raises(Denied):
        await links.ask(somebody(house, region="yantai"), number, other, "看过身份证")
    with pytest.raises(Refused, match="reason"):
        await links.ask(lead, number, other, "嗯")
    await links.ask(lead, number, other, "11月24日窗口看过身份证原件")
    await rider.hears()
    assert await linked(house, number) == []
    await rider.presses("同意")
    assert "合起来" in rider.heard
    assert await linked(house, number) == [other]
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="person.link"), 20)
    reasons = [line.after["reason"] for line in lines if line.after and "reason" in line.after]
    assert "11月24日窗口看过身份证原件" in reasons


async def test_only_who_has_the_conversation_asks_and_only_about_their_region(
    house: House,
) -> None:
    """Another region's person is as if they weren't there."""
    other = await elsewhere(house)
    here, there = somebody(house, region="yantai"), somebody(house, "老王", region="weihai")
    links = InboxLinks(house.database)
    _, number = await waiting(house)
    with pytest.raises(Refused, match="take_first"):
        await links.ask(here, number, other)
    _, taken_by_there = await taken(house, there)
    assert await links.find(there, taken_by_there, NUMBER) == []
    with pytest.raises(NotThere):
        await links.ask(there, taken_by_there, other)
    with pytest.raises(Refused, match="taken_by"):
        await links.ask(here, taken_by_there, other)
    with pytest.raises(Denied):
        await links.find(somebody(house, role="auditor"), number, NUMBER)


async def test_taken_apart_each_is_seen_alone_and_the_rider_is_told(house: House) -> None:
    """It needs a reason, and there has to be a link."""
    other = await elsewhere(house)
    actor, links = somebody(house, region="yantai"), InboxLinks(house.database)
    rider, number = await taken(house, actor)
    with pytest.raises(Refused, match="not_linked"):
        await links.split(actor, number, other, "弄错了人")
    async with house.database.begin() as unit:
        entry = await unit.inbox_list.entry(number)
        assert entry is not None
        await unit.linking.link(entry.person, other, actor="staff:赵敏", reason="proof")
    with pytest.raises(Refused, match="reason"):
        await links.split(actor, number, other, "")
    await links.split(actor, number, other, "弄错了人")
    await rider.hears()
    assert "分开" in rider.heard
    talk = await InboxTalk(house.database).show(actor, number)
    assert talk.linked == []
    assert SAID not in [line.text for line in talk.lines]


async def test_erasure_leaves_nothing_to_be_read_of_anybody_linked(house: House) -> None:
    """A dump holds no key of either, no index of theirs, and none of their lines opens."""
    other = await elsewhere(house)
    actor = somebody(house, region="yantai")
    _, number = await taken(house, actor)
    async with house.database.begin() as unit:
        entry = await unit.inbox_list.entry(number)
        assert entry is not None
        await unit.linking.link(entry.person, other, actor="staff:赵敏", reason="proof")
        of_both = (PersonRow.id.in_([entry.person, other]),)
        columns = PersonRow.wrapped_key, PersonRow.phone_index
        kept = await unit.session.execute(select(*columns).where(*of_both))
        secrets = [value for row in kept.all() for value in row if value]
        assert len(secrets) == 3
    assert [one for one in secrets if one not in await dump(house)] == []
    async with house.database.begin() as unit:
        await unit.people.erase(entry.person, actor="rider")
    after = await dump(house)
    assert [one for one in secrets if one in after] == []
    assert NUMBER.encode() not in after
    talk = await InboxTalk(house.database).show(actor, number)
    assert [line.text for line in talk.lines if line.text] == []
    async with house.database.begin() as unit:
        for person in (entry.person, other):
            with pytest.raises(SecretsError):
                await unit.people.key(person)


async def dump(house: House) -> bytes:
    """Every value of every table; bytes as they are."""
    async with house.database.begin() as unit:
        tables = await unit.rows("select tablename from pg_tables where schemaname = 'public'")
        rows = [row for (one,) in tables for row in await unit.rows(f'select * from "{one}"')]
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
    )

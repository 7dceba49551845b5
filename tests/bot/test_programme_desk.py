"""Schemes, regions, lines and sources as an office writes them."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

import actions.all
from bot.console.scheme_form import rows_of_scheme, scheme_fields
from bot.entries import Meanwhile, Mistaken
from bot.programme_desk import Kind, ProgrammeDesk
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere
from knowledge.audit import Filter
from knowledge.content_schemes import SchemeEntry
from knowledge.database import BELL_REGIONS, Database
from knowledge.regions import RegionRow
from knowledge.secrets import Keyring
from tests.actions.talk import House, Talk
from tests.bot.door import Door
from tests.bot.offers import LINE, REGION, SCHEME, offer

del actions  # imported for what it registers

TYPED = scheme_fields(SCHEME)


@pytest.fixture
async def door(database: Database) -> Door:
    door = await Door.on(database)
    await offer(database)
    return door


@pytest.fixture
def desk(door: Door) -> ProgrammeDesk:
    return ProgrammeDesk(door.database)


@pytest.fixture
def boss(door: Door) -> Actor:
    return door.actor("administrator", "yantai")


async def test_a_scheme_is_saved_with_its_examples(
    door: Door, desk: ProgrammeDesk, boss: Actor
) -> None:
    """Looking at it saves nothing; steps, papers and figures are what was typed."""
    checked = await desk.save(boss, "schemes", None, TYPED, "", write=False)
    assert [(int(one.cost), int(one.most)) for one in checked.worked] == [
        (1000, 650), (100000, 50000),
    ]  # fmt: skip
    assert "zhifu-mutual-aid" not in {one.code for one in await desk.schemes(boss)}
    await desk.save(boss, "schemes", None, TYPED, "", write=True)
    async with door.database.begin() as unit:
        found = await unit.schemes.get("zhifu-mutual-aid")
        line = (await unit.audit.lines(Filter(), 1))[0]
    assert isinstance(found, SchemeEntry)
    assert [(step.code, step.name.zh, step.name.en) for step in found.steps] == [
        ("apply", "提交", "Handed in"), ("paid", "打款、到账", "打款、到账"),
    ]  # fmt: skip
    assert found.papers[0].demo
    assert (line.action, line.subject, line.region) == (
        "scheme.create", "scheme:zhifu-mutual-aid", "zhifu",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ({"examples_from_0": "600"},
         "自付1000元，按规则报销650元，算例写的是600元", "the rule pays 650, the example says 600"),
        ({"rate": "0.7"}, "按规则报销700元，算例写的是650元", "the rule pays 700"),
        ({"examples_cost_0": "", "examples_from_0": "", "examples_cost_1": "",
          "examples_from_1": ""}, "没有算例", "no worked example"),
        ({"examples_to_0": "viel"}, "读不懂", "can't be read"),
        ({"source": ""}, "没有填", "fill it in"),
        ({"source": "P99"}, "没有“P99”这个来源", "unknown source"),
        ({"checked_on": ""}, "没有填", "fill it in"),
        ({"checked_on": "2026-11-25"}, "这一天还没到", "still to come"),
        ({"rate": "1.5"}, "不能大于1", "less than or equal to 1"),
        ({"kind": "gift"}, "请从这些里选", "choose of"),
        ({"code": "zhifu-scheme"}, "已经有了", "taken already"),
        ({"kind": "supplementary_insurance"}, "和 zhifu-scheme 重复", "taken already"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "结束的日期", "ends before"),
        ({"steps_code_0": "A B"}, "不合要求", "pattern"),
    ],
)  # fmt: skip
async def test_a_scheme_that_is_not_proved_is_refused(
    desk: ProgrammeDesk, boss: Actor, typed: dict[str, str], zh: str, en: str
) -> None:
    """With the figure that came out, or what is missing; nothing is saved."""
    with pytest.raises(Mistaken) as why:
        await desk.save(boss, "schemes", None, scheme_fields(SCHEME | typed), "", write=True)
    assert any(zh in one.chinese for one in why.value.problems), why.value.problems
    assert any(en in one.reason for one in why.value.problems), why.value.problems
    assert len(await desk.schemes(boss)) == 1


async def test_a_changed_figure_needs_a_day_on_which_it_was_compared(
    desk: ProgrammeDesk, boss: Actor
) -> None:
    """The rule of 20 November is another one now, so the day is another one, too."""
    form = await desk.form(boss, "schemes", "zhifu-scheme")
    fields = dict(form.fields) | {"rate": "0.6", "examples": "100=60"}
    with pytest.raises(Mistaken, match="figures of the rule have changed"):
        await desk.save(boss, "schemes", "zhifu-scheme", fields, form.mark, write=True)
    fields["checked_on"] = "2026-11-24"
    done = await desk.save(boss, "schemes", "zhifu-scheme", fields, form.mark, write=True)
    assert [(one.field, one.before, one.after) for one in done.changes] == [
        ("rate", "0.5", "0.6"), ("examples", "100=50", "100=60"),
        ("checked_on", "2026-11-20", "2026-11-24"),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed"), [("schemes", TYPED), ("lines", LINE)])
async def test_roles_regions_and_two_who_edit(
    door: Door, desk: ProgrammeDesk, boss: Actor, kind: Kind, typed: dict[str, str]
) -> None:
    """Everybody reads, administrators write, in their regions, and not over each other."""
    own, other = f"zhifu-{kind[:-1]}", f"weihai-{kind[:-1]}"
    for role in ("staff", "lead", "auditor"):
        someone = door.actor(role, "yantai")
        assert (await desk.form(someone, kind, own)).entry is not None
        with pytest.raises(Denied):
            await desk.save(someone, kind, None, typed, "", write=True)
    for code in (other, "nothing"):
        with pytest.raises(NotThere):
            await desk.form(boss, kind, code)
        with pytest.raises(NotThere):
            await desk.save(boss, kind, code, typed, "", write=True)
    with pytest.raises(Refused, match="region_reach"):
        await desk.save(boss, kind, None, typed | {"region": "weihai"}, "", write=True)
    form = await desk.form(boss, kind, own)
    await desk.save(boss, kind, own, dict(form.fields) | {"name": "甲"}, form.mark, write=True)
    with pytest.raises(Meanwhile) as why:
        await desk.save(boss, kind, own, dict(form.fields) | {"name": "乙"}, form.mark, write=True)
    assert ("name", "甲", "乙") in [
        (one.field, one.before, one.after) for one in why.value.differing
    ]


async def test_a_region_its_names_and_its_union(
    door: Door, desk: ProgrammeDesk, boss: Actor, keyring: Keyring
) -> None:
    """A new one below the own; its names are known in another process as soon as the bell rings."""
    elsewhere = Database(door.database.url, keyring)
    await elsewhere.refresh_regions()
    heard = asyncio.Event()
    heard_at: list[str] = []

    def rung(bell: str, _payload: str) -> None:
        heard_at.append(bell)
        if len(heard_at) > 1:  # the first is that of connecting
            heard.set()

    listening = asyncio.create_task(elsewhere.listen(rung, BELL_REGIONS))
    while not heard_at:
        await asyncio.sleep(0.01)
    await desk.save(boss, "regions", None, REGION, "", write=True)
    await asyncio.wait_for(heard.wait(), 5)
    listening.cancel()
    await elsewhere.refresh_regions()
    (region,) = elsewhere.region_tree.named("我在幸福路那边")
    assert (region.code, region.decision_days, region.body_zh) == (
        "zhifu-xingfu", 5, "幸福街道总工会",
    )  # fmt: skip
    assert door.database.region_tree.get("zhifu-xingfu") is not None
    await elsewhere.close()


@pytest.mark.parametrize(
    ("typed", "zh"),
    [
        ({"number_prefix": "zf"}, "请写成" ),
        ({"aliases": "幸福\n幸福"}, "有一个别名写了两次"),
        ({"level": "city"}, "级别要比上级地区的低"),
        ({"parent": "nowhere"}, "没有“nowhere”这个地区"),
        ({"decision_working_days": "-1"}, "要大于0"),
        ({"decision_source": ""}, "就要写出处"),
        ({"decision_source": "P99"}, "没有“P99”这个来源"),
        ({"decision_checked_on": ""}, "就要写日期"),
        ({"decision_checked_on": "2026-11-25"}, "这一天还没到"),
        ({"decision_working_days": ""}, "没有写几个工作日内答复"),
        ({"code": "weihai"}, "已经有了"),
    ],
)  # fmt: skip
async def test_a_region_that_can_not_be(
    door: Door, desk: ProgrammeDesk, typed: dict[str, str], zh: str
) -> None:
    """The tree and its names stay sound."""
    everywhere = door.actor("administrator")
    with pytest.raises(Mistaken) as why:
        await desk.save(everywhere, "regions", None, REGION | typed, "", write=True)
    said = " ".join(one.chinese for one in why.value.problems)
    assert zh in said or "不合要求" in said


async def test_days_of_old_are_kept_and_asked_for_their_source_when_changed(
    door: Door, desk: ProgrammeDesk, boss: Actor
) -> None:
    """What was written before anybody asked stays; another figure takes source and day."""
    async with door.database.begin() as unit:
        row = await unit.session.get(RegionRow, "zhifu")
        assert row is not None
        row.decision_days = 7
    form = await desk.form(boss, "regions", "zhifu")
    fields = dict(form.fields) | {"aliases": "芝罘"}
    await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    form = await desk.form(boss, "regions", "zhifu")
    assert form.fields["decision_working_days"] == "7"
    fields = dict(form.fields) | {"decision_working_days": "6"}
    with pytest.raises(Mistaken, match=r"need a source.*need a day"):
        await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    fields |= {"decision_source": "P1", "decision_checked_on": "2026-11-20"}
    done = await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    assert [one.field for one in done.changes] == [
        "decision_working_days", "decision_source", "decision_checked_on",
    ]  # fmt: skip
    form = await desk.form(boss, "regions", "zhifu")
    fields = dict(form.fields) | {"decision_working_days": "5"}
    with pytest.raises(Mistaken, match="on which you compared them"):
        await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    fields["decision_checked_on"] = "2026-11-24"
    await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    region = door.database.region_tree.get("zhifu")
    assert region is not None
    assert (region.decision_days, region.decision_source, region.decision_checked_on) == (
        5, "P1", date(2026, 11, 24),
    )  # fmt: skip
    form = await desk.form(boss, "regions", "zhifu")
    with pytest.raises(Mistaken, match="need a source"):
        await desk.save(
            boss, "regions", "zhifu", dict(form.fields) | {"decision_source": ""}, form.mark,
            write=True,
        )  # fmt: skip


async def test_a_region_is_not_put_elsewhere_by_a_form(desk: ProgrammeDesk, boss: Actor) -> None:
    """Where it lies decides who sees what is in it; above the own region nothing is made."""
    form = await desk.form(boss, "regions", "zhifu")
    fields = dict(form.fields) | {"parent": "weihai", "level": "street", "aliases": "芝罘"}
    done = await desk.save(boss, "regions", "zhifu", fields, form.mark, write=True)
    assert [one.field for one in done.changes] == ["aliases"]
    for parent in ("shandong", "weihai", ""):
        with pytest.raises(Refused, match="region_reach"):
            await desk.save(boss, "regions", None, REGION | {"parent": parent}, "", write=True)
    with pytest.raises(NotThere):
        await desk.form(boss, "regions", "weihai")


async def test_sources_are_added_by_all_and_changed_by_the_house(
    door: Door, desk: ProgrammeDesk, boss: Actor
) -> None:
    """What others cite is theirs as well."""
    typed = {"code": "P2", "paper": "芝罘区总工会", "title": "通知", "published": "2026-11"}
    await desk.save_source(boss, None, typed)
    with pytest.raises(Mistaken, match="taken already"):
        await desk.save_source(boss, None, typed)
    with pytest.raises(Mistaken):
        await desk.save_source(boss, None, {"code": "x y", "paper": "", "published": "gestern"})
    with pytest.raises(NotThere):
        await desk.save_source(boss, "P1", typed)
    with pytest.raises(Denied):
        await desk.save_source(door.actor("lead"), None, typed)
    await desk.save_source(door.actor("administrator"), "P2", typed | {"title": "新通知"})
    assert [one.title.zh for one in await desk.sources(boss)] == ["暖心", "新通知"]
    saved = scheme_fields(SCHEME | {"source": "P2"})
    await desk.save(boss, "schemes", None, saved, "", write=True)


def test_the_lines_of_a_form_come_back_as_they_were_sent() -> None:
    """Also in the middle of editing; a bar in a name doesn't tear it apart."""
    rows = rows_of_scheme(SCHEME)
    assert rows["steps"][1] == {"code": "paid", "zh": "打款、到账", "en": ""}
    assert len(rows["papers"]) == 3
    assert rows_of_scheme(TYPED)["examples"][0] == {"cost": "1000", "from": "650", "to": ""}
    assert len(rows_of_scheme(TYPED, more=True)["steps"]) == 7
    odd = scheme_fields(SCHEME | {"steps_zh_0": "提交|审核"})
    assert odd["steps"].startswith("apply | 提交/审核 | Handed in\n")


async def test_the_next_answer_has_the_new_words(house: House) -> None:
    """A step's name in a claim, and a region's other name: as soon as they are saved."""
    desk = ProgrammeDesk(house.database)
    boss = Actor("赵敏", "administrator", None, house.database.region_tree, account=1)
    talk = Talk(house)
    asked = "YT-7K3Q9M 482913 我的理赔到哪一步了？"
    assert "复核中心" not in await talk.says(asked)
    code = "yantai-supplementary-insurance"
    form = await desk.form(boss, "schemes", code)
    fields: dict[str, Any] = dict(form.fields)
    assert "review | 审核" in fields["steps"]
    fields["steps"] = fields["steps"].replace("审核", "复核中心审核")
    await desk.save(boss, "schemes", code, fields, form.mark, write=True)
    assert "复核中心审核" in await talk.says(asked)

"""The console's pages: what they show, and that nothing of what they show comes alive."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from bot.console.device import device_of
from bot.console.routes import TEMPLATES
from bot.refused import CONSOLE_TEXTS
from bot.wording import Texts
from knowledge.accounts import Account
from knowledge.database import Database
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door

type Make = Callable[..., Visitor]

SECRET = "A" * 32
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
TEXTS = Texts(CONSOLE_TEXTS).languages["zh"]


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def visitor(door: Door) -> AsyncIterator[Make]:
    async with visitors(door) as make:
        yield make


@pytest.fixture
async def boss(door: Door) -> Account:
    return await door.member("赵敏", "administrator", secret=SECRET)


async def entered(door: Door, visitor: Make, account: Account) -> Visitor:
    door.clock.move(timedelta(seconds=60))  # a new code
    return visitor(await door.enter(account, SECRET if account.has_second_factor else ""))


async def test_somebody_is_invited_changed_and_disabled(
    door: Door, visitor: Make, boss: Account
) -> None:
    """The link is shown once; what is chosen stands in the list."""
    one = await entered(door, visitor, boss)
    await one.get("/console/staff/new")
    form = {"name": "老王", "login": "", "role": "lead", "region": "zhifu", "language": "zh"}
    assert (await one.post("/console/staff/new", {**form, "role": "root"})).status == 422
    assert "没有这个角色" in one.text
    assert 'value="老王"' in one.text
    assert (await one.post("/console/staff/new", form)).status == 200
    (link,) = re.findall(r'value="http://[\d.:]+(/console/invitation/[\w-]+)"', one.text)
    assert (await visitor().get(link)).status == 200
    await one.get("/console/staff")
    (number,) = re.findall(r'/console/staff/(\d+)"><strong>老王', one.text)
    assert "已邀请" in one.text
    path = f"/console/staff/{number}"
    await one.get(path)
    changed = await one.post(path, {"role": "auditor", "region": "", "language": "en"})
    assert changed.headers["Location"] == f"{path}?done=saved"
    assert "已保存" in await (await one.get(f"{path}?done=saved")).text()
    assert "审计员" in one.text
    await one.post(f"{path}/disable")
    await one.get("/console/staff")
    assert "已停用" in one.text
    assert (await visitor().get(link)).status == 404


async def test_the_password_is_changed_on_the_own_page(
    door: Door, visitor: Make, boss: Account
) -> None:
    """With the current one; the page says that the other sessions are over."""
    one = await entered(door, visitor, boss)
    await one.get("/console/account")
    new = "另一个 没有人 想得到 的"
    form = {"current": "wrong", "password": new, "again": new}
    assert (await one.post("/console/account/password", form)).status == 422
    assert "现在的密码不对" in one.text
    form["current"] = "七月里 麦子黄了 一大片"
    assert (await one.post("/console/account/password", form)).status == 303
    await one.get("/console/account?done=password")
    assert "其他登录都已结束" in one.text


async def test_the_audit_is_filtered_exported_and_verified(
    door: Door, visitor: Make, boss: Account
) -> None:
    """A broken chain is said in words that an administrator can act on."""
    one = await entered(door, visitor, boss)
    await one.get("/console/audit?action=account.")
    assert "建账号并邀请" in one.text
    assert "<strong>登录</strong>" not in one.text
    await one.get(f"/console/audit?actor={quote(boss.name)}&action=login")
    assert "没有记录" not in one.text
    assert f'value="{boss.name}"' in one.text
    assert '<option value="login" selected>' in one.text
    await one.get(f"/console/audit?actor={quote('骑手')}")
    assert "<strong>" not in one.text
    response = await one.post("/console/audit/export", {"action": "account."})
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert (await response.read()).startswith(b"\xef\xbb\xbfnumber,time,who,what")
    await one.get("/console/audit")
    assert (await one.post("/console/audit/verify")).status == 200
    assert "链条完好" in one.text
    door.clock.move(timedelta(minutes=1))
    async with door.database.begin() as unit:
        await unit.audit.seal_batch()
        await unit.session.execute(text("update audit set actor = 'nobody' where id = 1"))
    await one.post("/console/audit/verify")
    assert "链条在第 1 个封条处断了" in one.text
    assert (await one.get("/console/audit?day=gestern")).status == 422


async def test_a_change_is_told_without_a_programmers_signs(
    door: Door, visitor: Make, boss: Account
) -> None:
    """A list line by line, yes and no in words; nothing is a stroke."""
    async with door.database.begin() as unit:
        await unit.audit.write(
            None, actor="staff:赵敏", action="article.publish", subject="article:dues",
            region="zhifu", before={"similar": [], "demo": False},
            after={"similar": ["会费多少", "要交钱吗"], "demo": True, "figures": {"count": 2}},
        )  # fmt: skip
    one = await entered(door, visitor, boss)
    await one.get("/console/audit?action=article.publish")
    told = re.findall(r'<dd class="lines">(.*?)</dd>', one.text, re.DOTALL)
    assert told == ["–", "否", "会费多少\n要交钱吗", "是", "count: 2"]


async def test_stored_scripts_come_out_harmless(door: Door, visitor: Make, boss: Account) -> None:
    """In names, an employer, a reason, a device, a filter, a record, a wrong form."""
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {"name": EVIL, "employer": EVIL, "phone": "13900000001"}
        await unit.people.change(person, fields, actor=EVIL, region="zhifu")
        await unit.audit.write(
            None, actor=EVIL, action=EVIL, subject=EVIL, before={EVIL: EVIL}, after={"x": [EVIL]}
        )
        other = await unit.accounts.add("evil", EVIL, "staff", None, "zh")
        token = await unit.sessions.begin(boss, EVIL, complete=True)
    one = visitor(token)
    await one.get(f"/console/persons/{person}")
    pages = [one.text]
    await one.post(f"/console/persons/{person}/reveal", {"field": "phone", "reason": EVIL})
    pages.append(one.text)
    link = await visitor_link(door, other)
    for path in (
        "/console", "/console/account", "/console/staff", f"/console/staff/{other.id}",
        "/console/audit", f"/console/audit?actor={'%3Cscript%3E'}&day=%3Cscript%3E",
        "/console/login?next=%22%3E%3Cscript%3E&done=%3Cscript%3E", link,
    ):  # fmt: skip
        await one.get(path)
        pages.append(one.text)
    await one.get("/console/staff/new")
    await one.post("/console/staff/new", {"name": EVIL, "login": EVIL, "role": EVIL})
    pages.append(one.text)
    one.token = ""
    await one.get("/console/login")
    await one.post("/console/login", {"login": EVIL, "password": "x", "next": EVIL})
    pages.append(one.text)
    for page in pages:
        assert "<script" not in page.replace('<script type="module" src="/static/', "")
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"\{\{7\*7\}\}|>49<", page)
    assert sum("&lt;script&gt;" in page for page in pages) >= 8


async def visitor_link(door: Door, account: Account) -> str:
    _, token = await door.accounts.invite_again(door.operator, account.id)
    return f"/console/invitation/{token}"


async def test_an_empty_house_says_so_and_what_waits_is_counted(
    door: Door, visitor: Make, boss: Account
) -> None:
    """Not a blank page."""
    one = await entered(door, visitor, boss)
    await one.get("/console")
    assert "没有等着处理的" in one.text
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.memberships.apply(
            person, sector="express", region="zhifu", details={}, consent="1", code="123456"
        )
    await one.get("/console")
    assert '<a href="/console/cases?kind=application">份入会申请待处理</a>' in one.text


async def test_what_waits_leads_to_where_it_is_worked_on_if_one_may(
    door: Door, visitor: Make
) -> None:
    """No command lines for those who have a browser; no link to a page that says no."""
    async with door.database.begin() as unit:
        number, person = await unit.conversations.find_or_begin("main", "web", "a")
        await unit.handoffs.open(number, person, kind="person", region=None, summary="想找人")
    staff, auditor = await door.member("老王", "staff"), await door.member("老钱", "auditor")
    for account, linked in ((staff, True), (auditor, False)):
        one = await entered(door, visitor, account)
        await one.get("/console")
        assert "位骑手在等人工" in one.text
        assert ('<a href="/console/inbox">位骑手在等人工</a>' in one.text) is linked
        assert "gongyou " not in one.text


def test_every_text_of_the_templates_is_there_and_every_text_is_shown() -> None:
    """A missing key would be an error in front of somebody, an unused one is a leftover."""
    templates = "".join(file.read_text() for file in TEMPLATES.glob("*.html"))
    code = "".join(file.read_text() for file in Path(TEMPLATES).parent.glob("*.py"))
    named = set(re.findall(r"(?<!\w)t\([\"']([a-z_.0-9]+[a-z0-9])[\"']", templates))
    assert named
    assert named <= set(TEXTS)
    chosen = ("role.", "role_does.", "waiting.", "trouble.", "case.doubt.", "done.", "action.",
              "actor.", "field.", "refused.", "article_state.", "article_draft.",
              "article_language.", "mark.", "gate.", "bulk.", "editor.", "what.", "language.",
              "gate_group.", "gate_found.", "why.", "figures.",
              "training_step.", "training_kind.", "training_state.",
              "training_came.", "kind.", "pair.", "places.show.", "reports.what.",
              "import.state.", "import.now.", "import.told.", "import.crs.",
              "export.form.", "course_form.", "course_ask.", "course_sure.",
              "course.state_", "course.people_", "course.nobody_", "scheme_form.", "region_form.",
              "line_form.", "programme.schemes", "notice.", "notice_way.", "notices.", "measure.",
              "clocks.", "leads.", "behalf.how.", "case_event.", "case_clock.", "case_refused.",
              "sector.", "duty.weekday.", "duty.days.", "duty.begins", "duty.ends",
              "inbox.view.", "inbox.state.", "inbox.nothing.", "inbox.who.", "inbox.kind.",
              "inbox.due.", "inbox.event.", "inbox.why.", "inbox.by.",
              "inbox.agreed_hint", "inbox.escalate",
              "inbox.calm", "inbox.alarm", "inbox.why_calm", "inbox.why_alarm",
              "case.say", "case.note", "places.closed_until", "place_form.closed_now",
              "inbox.why_escalate", "inbox.send_down", "inbox.why_send_down",
              "case_why.", "inbox.same.answer.", "inbox.told.",
              "channel.", "delivery.", "heard_as.", "record.", "step.", "fact.")  # fmt: skip
    named |= set(re.findall(r"t\([^()]* else \"([a-z_.]+)\"", templates))
    shown = named | set(re.findall(r'"([a-z_]+\.[a-z_]+)"', code))
    assert [key for key in TEXTS if key not in shown and not key.startswith(chosen)] == []


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox · Linux"),
        ("<script>", "? · ?"),
    ],
)
def test_a_device_is_two_words(agent: str, device: str) -> None:
    """What a browser calls itself is not repeated."""
    assert device_of(agent) == device

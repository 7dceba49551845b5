"""The pictures of `docs/staff.md`: a lead's and a colleague's Tuesday, step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.async_api import FilePayload, Locator, Page

from bot.quick_replies import QuickReplies
from knowledge.access import Actor, Role
from knowledge.behalf import How
from knowledge.case_records import Given
from knowledge.clock import CHINA
from knowledge.duty_roster import Absence, Shift
from tests.pictures.studio import Picture, Studio

REGION = "yantai-zhifu"
MORNING, EVENING = 8 * 60 + 30, 17 * 60 + 30
COLLEAGUES: tuple[tuple[str, Role], ...] = (("赵敏", "lead"), ("王师傅", "staff"))

WAITING = (
    "我在烟台芝罘区开网约车，租车公司不退押金",
    "我在烟台芝罘区做保洁，想问问体检的事",
)
"""What riders on Telegram write before they ask for a person."""

CALLS: tuple[tuple[int, How, str, str, str], ...] = (
    (19, "visit", "赵敏", "孙丽", "hardship"),
    (22, "other", "王师傅", "郑凯", "dispute"),
)
"""What was logged before: how long ago in hours, how they came, by whom, whose, what was filed."""

CASES = (
    ("dispute", {"employer": "顺达配送", "what": "拖欠我两个月工资", "months": 2}),
    ("dispute", {"employer": "海风速递", "what": "押金八百一直不退"}),
    ("dispute", {"employer": "顺达配送", "what": "站点无故扣款"}),
    ("hardship", {"trouble": "家里老人住院，收入断了两个月", "family": 4}),
)


async def duty(studio: Studio) -> Page:
    await _furnish(studio)
    return await studio.at_desk("/duty")


async def queue(studio: Studio) -> Page:
    page = studio.rider
    await page.goto(studio.house.address)
    await page.locator(".tile").first.wait_for()
    await _rider_says(studio, "我在烟台芝罘区送外卖，摔伤了手，工伤怎么弄")
    await _rider_says(studio, "转人工")
    return page


async def inbox(studio: Studio) -> Page:
    await studio.house.wait(timedelta(minutes=4))
    for text in WAITING:
        rider = studio.house.telegram_rider()
        for said in (text, "人工"):
            await rider.say(said)
            await studio.house.rest()
        await rider.close()
        await studio.house.wait(timedelta(minutes=3))
    await studio.fill_login(studio.phone, studio.colleague)
    await studio.phone.keyboard.press("Enter")
    await studio.phone.fill("#code", studio.code(studio.colleague))
    await studio.phone.keyboard.press("Enter")
    await studio.phone.locator("nav").first.wait_for()
    page = await studio.on_phone("/inbox")
    await page.locator(".talk-row").nth(2).wait_for()
    return page


async def taken(studio: Studio) -> Page:
    """Both have the page open; the lead is faster."""
    desk, phone = await studio.at_desk("/inbox"), studio.phone
    await desk.locator(".talk-row a").first.click()
    await desk.locator("button[data-key=t]").wait_for()
    # It would show by itself that somebody has taken it.
    await phone.route("**/events*", lambda route: route.abort())
    await phone.goto(desk.url)
    await phone.locator("button[data-key=t]").wait_for()
    await desk.locator("button[data-key=t]").click()
    await desk.locator("#say").wait_for()
    await phone.locator("button[data-key=t]").click()
    await phone.get_by_role("alert").wait_for()
    return phone


async def talk(studio: Studio) -> Page:
    desk = studio.desk
    await desk.fill("#note", "@王师傅 他下午要去医院拍片，记得问结果")
    await desk.locator("form[action$='/note'] button").click()
    await desk.get_by_role("status").first.wait_for()
    await desk.evaluate("scrollTo(0, 0)")
    return desk


async def answer(studio: Studio) -> Locator:
    desk = studio.desk
    await desk.locator("form[data-insert] button").first.click()
    await desk.wait_for_function("() => document.querySelector('#text').value !== ''")
    await desk.set_input_files("#file", _sheet())
    await desk.select_option("#wish", "photo")
    return desk.locator("section[aria-labelledby=h-answer]")


async def rider(studio: Studio) -> Page:
    await studio.desk.locator("#text").press("Control+Enter")
    page = studio.rider
    await page.locator(".line.staff .shot img").wait_for()
    await _rider_says(studio, "好，我下午拍给您")
    return page


async def finish(studio: Studio) -> Locator:
    desk = studio.desk
    await desk.fill("#about-end", "下午把诊断证明拍照发来，明天上午赵敏打电话")
    return desk.locator("section[aria-labelledby=h-finish]")


async def rated(studio: Studio) -> Page:
    await studio.desk.locator("button[data-key=b]").click()
    await studio.desk.get_by_role("status").first.wait_for()
    await studio.house.rest()
    page = studio.rider
    await page.get_by_text("这次人工服务").first.wait_for()
    return page


async def crisis(studio: Studio) -> Page:
    rider = studio.house.telegram_rider()
    await rider.say("我在烟台芝罘区，活着没意思，不想活了")
    await studio.house.rest()
    await rider.close()
    await studio.phone.unroute("**/events*")
    page = await studio.on_phone("/inbox")
    await page.locator(".talk-row.urgent a").first.click()
    await page.locator("button[data-key=t]").wait_for()
    return page


async def notices(studio: Studio) -> Page:
    return await studio.on_phone("/notices")


async def board(studio: Studio) -> Page:
    return await studio.at_desk("/cases/board?kind=dispute")


async def decision(studio: Studio) -> Locator:
    desk = studio.desk
    await desk.locator(".column .tile a").first.click()
    await desk.select_option("#to", index=1)
    await desk.fill("#reason", "公司答应本周五前补发两个月工资，到时没到账请告诉我们。")
    await desk.locator("form[action$='/move'] button.primary").click()
    await desk.locator(".bubble").first.wait_for()
    return desk.locator("main")


async def second(studio: Studio) -> Locator:
    await studio.at_desk("/cases?kind=hardship")
    await studio.desk.locator(".rows a").first.click()
    proposed = studio.desk.locator("main .notice").first
    await proposed.wait_for()
    return proposed


async def case(studio: Studio) -> Page:
    return studio.desk


async def same(studio: Studio) -> Locator:
    """A rider on Telegram who handed something in on the web: found by the number on paper."""
    rider = studio.house.telegram_rider()
    for said in ("我在烟台芝罘区送外卖，理赔材料交过了，换了手机", "人工"):
        await rider.say(said)
        await studio.house.rest()
    await rider.close()
    desk = await studio.at_desk("/inbox")
    await desk.locator(".talk-row:not(.urgent) a").last.click()
    await desk.locator("button[data-key=t]").click()
    await desk.locator("#say").wait_for()
    await desk.locator("#same summary").click()
    await desk.fill("#wanted", "YT-7K3Q9M")
    await desk.locator("form[action*='/link/find'] button").click()
    await desk.locator("form[action$='/link']").wait_for()
    return desk.locator("#same")


async def calls(studio: Studio) -> Page:
    """Two of yesterday, and the one that is just on the phone."""
    async with studio.database.begin() as unit:
        now = unit.now
        for hours, how, who, name, kind in CALLS:
            unit.now = now - timedelta(hours=hours)
            person, _ = await unit.people.create()
            await unit.people.change(person, {"name": name}, actor=who, region=REGION)
            call = await unit.behalf.begin(person, how, "", region="yantai", actor=who)
            await unit.cases.file(
                person, unit.case_kinds.get(kind), region=REGION, details={}, consent="1",
                code="123456", conversation=call,
            )  # fmt: skip
        unit.now = now
    return await studio.at_desk("/calls")


async def behalf(studio: Studio) -> Page:
    page = await studio.on_phone("/behalf")
    await page.fill("#note", "嗓子哑，打字慢")
    await page.locator("form[action$='/begin'] button").click()
    await page.fill("#text", "我叫李雷，在烟台芝罘区送外卖，手机13900000088，想入会")
    await page.locator("form button.primary").first.click()
    await page.locator("input[name=read_out]").wait_for()
    await page.locator("input[name=read_out]").evaluate(
        "(box) => box.closest('form').scrollIntoView({block: 'end'})"
    )
    return page


async def clocks(studio: Studio) -> Page:
    return await studio.at_desk("/clocks")


async def leads(studio: Studio) -> Page:
    return await studio.at_desk("/leads")


async def month(studio: Studio) -> Page:
    await _past(studio)
    return await studio.at_desk("/leads/month?month=2026-11")


async def _furnish(studio: Studio) -> None:
    """Roles, the week's shifts, a quick reply, cases."""
    away = datetime(2026, 11, 26, 8, 30, tzinfo=CHINA)
    actors: dict[str, Actor] = {}
    async with studio.database.begin() as unit:
        for name, role in COLLEAGUES:
            account = await unit.accounts.named(name)
            assert account is not None
            await unit.accounts.change(account.id, role=role, region="yantai")
            actors[name] = (await unit.accounts.get(account.id)).actor(unit)
            await unit.duty.put_shift(Shift(name, "yantai", "workdays", MORNING, EVENING))
        await unit.duty.put_shift(Shift("王师傅", "yantai", "sat", 9 * 60, 12 * 60))
        await unit.duty.put_absence(Absence("王师傅", away, away + timedelta(hours=9)))
        for kind, told in CASES:
            person, _ = await unit.people.create()
            profile = {"name": "林晓", "phone": "+8613900000001"}
            await unit.people.change(person, profile, actor="rider", region=REGION)
            filed = await unit.cases.file(
                person, unit.case_kinds.get(kind), region=REGION, details=told, consent="1",
                code="123456", sector="food_delivery",
            )  # fmt: skip
            if kind == "hardship":
                await unit.cases.move(filed.number, "in_review", actor="staff:王师傅")
                given = Given(reason="按困难职工帮扶办法，一次性慰问", amount=Decimal(8000))
                await unit.cases.move(filed.number, "granted", actor="staff:王师傅", given=given)
    await QuickReplies(studio.database).save(
        actors["赵敏"], None, title="先问伤情", text="您好，我是{staff}。伤到哪里，去医院看过没有？"
    )


async def _past(studio: Studio) -> None:
    """Conversations of the last three weeks, for the figures."""
    async with studio.database.begin() as unit:
        now = unit.now
        for number in range(36):
            opened = now - timedelta(days=1 + number * 2 // 3, hours=number % 5)
            who = COLLEAGUES[number % 2][0]
            unit.now = opened
            talk, person = await unit.conversations.find_or_begin("main", "web", f"past {number}")
            found = await unit.handoffs.open(
                talk, person, kind="person", region=REGION, summary="诉求：入会"
            )
            unit.now = opened + timedelta(minutes=7 * (number % 8))
            await unit.handoffs.move(talk, "take", who)
            await unit.handoffs.answered(found, who)
            unit.now = opened + timedelta(hours=3)
            await unit.handoffs.move(talk, "close", who)
        unit.now = now


async def _rider_says(studio: Studio, text: str) -> None:
    page = studio.rider
    await page.fill("#write", text)
    await page.press("#write", "Enter")
    await page.locator(".line.rider").last.wait_for()
    await studio.house.rest()


def _sheet() -> FilePayload:
    """A drawing of the paper that is wanted."""
    picture = Image.new("RGB", (360, 240), "#f4f1e8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((110, 20, 250, 220), fill="white", outline="#8a8578", width=2)
    for row in range(7):
        draw.line((125, 50 + 22 * row, 235 - 12 * (row % 3), 50 + 22 * row), "#8a8578", 3)
    draw.ellipse((195, 170, 235, 210), outline="#b3372b", width=3)
    out = BytesIO()
    picture.save(out, "PNG")
    return {"name": "example.png", "mimeType": "image/png", "buffer": out.getvalue()}


PICTURES = (
    Picture("duty", duty),
    Picture("rider-queue", queue),
    Picture("inbox", inbox),
    Picture("inbox-taken", taken),
    Picture("inbox-talk", talk),
    Picture("inbox-answer", answer),
    Picture("rider-person", rider),
    Picture("inbox-finish", finish),
    Picture("rider-rating", rated),
    Picture("crisis", crisis),
    Picture("notices", notices),
    Picture("cases-board", board),
    Picture("case-decision", decision),
    Picture("case-second", second),
    Picture("case", case),
    Picture("inbox-same", same),
    Picture("behalf", behalf),
    Picture("calls", calls),
    Picture("clocks", clocks),
    Picture("leads", leads),
    Picture("lead-month", month),
)

"""A whole story in real browsers: a rider on the eve of a holiday, two of staff, one of whom wins.

From a form that the bot has begun, over a person, back to the bot, which goes on knowing.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from playwright.async_api import Browser, Page, expect

from bot.quick_replies import QuickReplies
from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_user import TelegramUser
from knowledge.accounts import Account
from knowledge.clock import CHINA
from knowledge.duty_roster import Shift
from tests.conftest import Databases
from tests.e2e.browser.office import Office, office, picture, picture_bytes
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.story import NOTE, give_back, start_form, take_at_once, write
from tests.waiting import until

pytestmark = pytest.mark.browser

MORNING = datetime(2026, 9, 30, 16, 30, tzinfo=CHINA)
EVE = datetime(2026, 9, 30, 16, 55, tzinfo=CHINA)
"""The eve of the National Day holiday, half an hour before the shift's end."""


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with FakeTelegram() as telegram:
        async with office(databases, browser, MORNING, telegram) as made:
            yield made
        telegram.check()


async def begin_to_join(there: Office) -> Phone:
    """A rider whom the bot has asked for the trade already, and now asks where."""
    phone = await there.phone()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.say("我要入会")
    await page.get_by_role("button", name="送外卖").last.click()
    await expect(page.locator(".line.bot").last).to_contain_text("哪")
    return phone


async def begin_on_telegram(there: Office) -> TelegramUser:
    """A rider on Telegram, as far as the one in the browser."""
    assert there.telegram is not None
    rider = TelegramUser(there.telegram)
    await rider.text("我要入会")
    await reads(rider, "哪一行")
    await rider.press("送外卖")
    await reads(rider, "哪")
    return rider


async def reads(rider: TelegramUser, *words: str) -> None:
    """The next messages on Telegram, until one has these words."""
    while True:
        heard = await rider.hears(seconds=20)
        if any(all(word in one.text for word in words) for one in heard):
            return


async def asks_for_a_person(phone: Phone, *told: str) -> None:
    """What the rider is told has these words."""
    await phone.say("转人工")
    answer = phone.page.locator(".line.bot", has_text=told[0]).last
    for words in told:
        await expect(answer).to_contain_text(words)


async def quick_replies(there: Office, *accounts: Account) -> None:
    """Each has one of their own."""
    for account in accounts:
        async with there.door.database.begin() as unit:
            actor = account.actor(unit)
        await QuickReplies(there.door.database).save(
            actor, None, title="问好", text="您好，我是{staff}，我来帮您。"
        )


async def test_a_person_takes_over_on_the_eve_of_a_holiday(there: Office) -> None:
    """The time told is right; one of two wins; the bot goes on knowing, and the rider rates."""
    zhao, wang = await there.door.member("赵敏"), await there.door.member("王师傅")
    await quick_replies(there, zhao, wang)
    async with there.door.database.begin() as unit:
        await unit.duty.put_shift(Shift("赵敏", None, "workdays", 9 * 60, 17 * 60 + 30))
    one, two = await there.desk(zhao), await there.desk(wang)
    await one.goto(f"{there.url}console/inbox")
    await expect(one.locator("#live")).to_have_text("有变化会自动显示。")
    await expect(one.locator(".empty-title")).to_have_text("没有人在等")
    phone, later = await begin_to_join(there), await begin_on_telegram(there)
    there.clock.move(EVE - there.clock.now())

    await asks_for_a_person(phone, "今天 17:25")
    await later.text("转人工")
    await reads(later, "前面还有 1 位", "10月8日（周四） 09:25", "国庆节")

    row = one.locator(".talk-row")
    await expect(row).to_have_count(2)  # live, without a reload
    number = await row.first.get_attribute("data-number")
    # By keyboard from the list into the conversation.
    await one.keyboard.press("j")
    await one.keyboard.press("Enter")
    await expect(one.locator("#h-summary")).to_be_visible()
    await two.goto(f"{there.url}console/inbox/{number}")
    winner, name = await take_at_once(one, two, ("赵敏", "王师傅"))
    rider = phone.page
    await expect(rider.locator(".line.bot").last).to_contain_text(name)

    await talk_together(winner, rider, name)
    await fill_a_form(winner, rider)
    await give_back(winner)

    await expect(rider.locator(".line.bot", has_text=f"{name} 交代：{NOTE}")).to_have_count(1)
    await expect(rider.locator(".line.bot").last).to_contain_text("手机")  # not where: it knows
    await rate(phone)
    async with there.door.database.begin() as unit:
        found = await unit.handoffs.get(int(str(number)))
        assert found is not None
        assert await unit.handoff_ratings.of(found) == (5, "很耐心")
    # Who asked second is alone now, and still waits.
    await winner.goto(f"{there.url}console/inbox")
    await expect(winner.locator(".talk-row")).to_have_count(1)
    await serve_on_telegram(winner, later, name)


async def talk_together(staff: Page, rider: Page, name: str) -> None:
    """A note, a quick reply, typing, a draft, pictures both ways."""
    await staff.fill("#note", "先问伤情")
    await staff.get_by_role("button", name="存下备注").click()
    await expect(staff.get_by_text("先问伤情")).to_be_visible()
    await staff.get_by_role("button", name="放进回复").click()
    await expect(staff.locator("#text")).to_have_value(f"您好，我是{name}，我来帮您。")
    await staff.locator("#text").press("Control+Enter")
    await expect(rider.locator(".line.staff .said").last).to_contain_text(f"我是{name}")
    mark = staff.locator("li.speech.staff").last.locator("[data-delivery]")
    await expect(mark).to_have_text("已送达")
    await rider.locator("#write").press_sequentially("我的手")
    await expect(staff.locator("#typing")).to_have_text("对方正在输入…")
    await staff.locator("#text").press_sequentially("请")
    await expect(rider.locator("#typing")).to_be_visible()
    await staff.fill("#text", "请问伤到哪里")
    await staff.reload()
    await expect(staff.locator("#text")).to_have_value("请问伤到哪里")
    began = time.monotonic()
    await rider.fill("#write", "摔到手了")
    await rider.press("#write", "Enter")
    await expect(staff.locator("li.speech.rider .bubble").last).to_have_text("摔到手了")
    assert time.monotonic() - began < 5
    await rider.set_input_files("#photo", picture("navy"))
    await expect(staff.locator("li.speech.rider .shot img")).to_be_visible()
    await staff.set_input_files("#file", picture("teal"))
    await staff.fill("#text", "照这个样子拍")
    await staff.keyboard.press("Control+Enter")
    await expect(rider.locator(".line.staff .shot img")).to_be_visible()
    await expect(staff.locator("#text")).to_have_value("")
    assert "先问伤情" not in await rider.locator("#lines").inner_text()


async def serve_on_telegram(staff: Page, rider: TelegramUser, name: str) -> None:
    """The same with a rider on Telegram: pictures both ways, the return, how it was."""
    await expect(staff.locator("#live")).to_have_text("有变化会自动显示。")
    await staff.keyboard.press("j")
    await staff.keyboard.press("Enter")
    await expect(staff.locator("#h-summary")).to_be_visible()
    await staff.keyboard.press("t")
    await reads(rider, name)
    await rider.photo(picture_bytes("navy"))
    await expect(staff.locator("li.speech.rider .shot img")).to_be_visible()
    await staff.set_input_files("#file", picture("teal"))
    await write(staff, "照这个样子拍")
    await reads(rider, "照这个样子拍")
    await until(lambda: any(one.method == "sendPhoto" for one in rider.chat.from_bot))
    mark = staff.locator("li.speech.staff").last.locator("[data-delivery]")
    await expect(mark).to_have_text("已送达")
    await give_back(staff)
    await reads(rider, "手机")
    await rider.press("5 很好")
    await reads(rider, "想多说一句")


async def fill_a_form(staff: Page, rider: Page) -> None:
    """The bot runs it, and the rider is the person's again."""
    await start_form(staff, "report_problem")
    await expect(staff.locator("li.pending")).to_have_count(0)
    lines = await rider.locator(".line.bot").count()
    await rider.fill("#write", "算了")
    await rider.press("#write", "Enter")
    await expect(rider.locator(".line.bot").last).to_contain_text("工作人员接着跟您说")
    assert await rider.locator(".line.bot").count() > lines
    await expect(staff.locator("li.speech.bot").last).to_contain_text("工作人员接着跟您说")


async def rate(phone: Phone) -> None:
    """Five stars and a line."""
    page = phone.page
    await page.get_by_role("button", name="5 很好").click()
    await expect(page.locator(".line.bot").last).to_contain_text("想多说一句")
    await phone.say("很耐心")
    await expect(page.locator(".line.bot", has_text="谢谢您告诉我们")).to_have_count(1)

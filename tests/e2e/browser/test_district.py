"""A district's three matters in real browsers, from the rider's first line to the decision.

An application begun by a phone call, a claim and a dispute from the rider's phone; the street's
office escalates each to the district, and what is decided there is read on the phone.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import Databases
from tests.e2e.browser.office import Office, office
from tests.e2e.browser.phone import Phone

pytestmark = pytest.mark.browser

STREET, DISTRICT = "weihai-jingkai-huangguan", "weihai-jingkai"
RECEIVED = "收到了"
NUMBER, CODE = re.compile(r"WH-[2-9A-HJKMNP-Z]{6}"), re.compile(r"(?<!\d)\d{6}(?!\d)")
PHONE = "13900000088"


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with office(databases, browser) as made:
        yield made


async def hears(phone: Phone, *words: str) -> str:
    """The rider's page shows a line with all of these; its text."""
    found = phone.page.locator(".line.bot")
    for word in words:
        found = found.filter(has_text=word)
    await expect(found.last).to_be_visible()
    return await found.last.inner_text()


class Desk:
    """Somebody's browser, on the pages of cases."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    async def open(self, number: str) -> None:
        await self.page.goto(f"{self.url}console/cases/{number}")

    async def escalate(self, number: str, reason: str) -> None:
        await self.open(number)
        await self.page.fill("#level-reason", reason)
        await self.page.locator("form[action$='/escalate'] button").first.click()
        await expect(self.page.get_by_role("status").first).to_be_visible()

    async def hand_down(self, number: str, answer: str) -> None:
        await self.open(number)
        await self.page.fill("#level-reason", answer)
        await self.page.locator("button[formaction$='/hand-down']").click()
        await expect(self.page.get_by_role("status").first).to_be_visible()

    async def move(self, number: str, to: str, reason: str = "", amount: str = "") -> str:
        """What the preview says that the rider will read."""
        await self.open(number)
        await self.page.select_option("#to", to)
        if reason:
            await self.page.fill("#reason", reason)
        if amount:
            await self.page.fill("#amount", amount)
        await self.page.locator("form[action$='/move'] button.primary").click()
        told = await self.page.locator(".bubble").first.inner_text()
        await self.page.get_by_role("button", name="确认办理").click()
        await expect(self.page.get_by_role("status").first).to_contain_text("办好了")
        return told

    async def cannot_act(self, number: str) -> None:
        await self.open(number)
        await expect(self.page.locator("#h-history")).to_be_visible()
        await expect(self.page.locator("#to")).to_have_count(0)


async def filed(phone: Phone, before: int) -> str:
    """Agree, hand in; the number. So many were handed in on this phone before."""
    for label in ("同意", "确认提交"):
        await phone.page.get_by_role("button", name=label, exact=True).last.click()
    received = phone.page.locator(".line.bot").filter(has_text=RECEIVED)
    await expect(received).to_have_count(before + 1)
    text = await received.last.inner_text()
    found = NUMBER.search(text)
    assert found, text
    return found[0]


async def answers(phone: Phone, *pairs: tuple[str, str]) -> None:
    """Each question as it comes, and what the rider says to it."""
    for asked, said in pairs:
        await hears(phone, asked)
        await says(phone, said)


async def says(phone: Phone, text: str) -> None:
    """Say it and wait for what is said to it."""
    lines = phone.page.locator(".line.bot")
    before = await lines.count()
    await phone.say(text)
    await expect(lines.nth(before)).to_be_visible()


async def by_phone(desk: Page, url: str) -> tuple[str, str]:
    """An application that staff fill while the rider is on the phone: number and query code."""
    await desk.goto(f"{url}console/behalf")
    await desk.fill("#note", "嗓子哑，打字慢")
    await desk.locator("form[action$='/begin'] button").click()
    await desk.fill("#text", f"我叫李雷，在威海经区皇冠街道送外卖，手机{PHONE}，想入会")
    await desk.locator("main form button.primary").first.click()
    await desk.locator("input[name=read_out]").check()
    await desk.get_by_role("button", name="同意", exact=True).click()
    await desk.get_by_role("button", name="确认提交").click()
    await expect(desk.locator(".notice")).to_be_visible()
    said = await desk.locator(".speech.bot").last.inner_text()
    number, code = NUMBER.search(said), CODE.search(NUMBER.sub("", said))
    assert number, said
    assert code, said
    return number[0], code[0]


async def test_three_matters_of_a_district_up_to_the_decision_on_the_phone(there: Office) -> None:
    """Each is escalated once; what the preview says is what the phone shows."""
    wang = await there.door.member("王敏", "staff", STREET)
    li = await there.door.member("李娜", "lead", DISTRICT)
    street = Desk(await there.desk(wang), there.url)
    district = Desk(await there.desk(li), there.url)
    phone = await there.phone()
    await phone.open()

    number, code = await by_phone(street.page, there.url)
    await phone.say(f"我的入会申请 {number} 到哪了")
    await hears(phone, "查询码")
    await phone.say(code)
    await hears(phone, number, "已提交")
    told = await street.move(number, "in_review")
    await hears(phone, told)
    await street.escalate(number, "跨两个街道，请区里定")
    await hears(phone, number, "开发区总工会")
    await street.cannot_act(number)
    told = await district.move(number, "approved", "材料齐全")
    await hears(phone, told)

    await phone.say("老板拖欠我三个月工资一直不给发")
    await answers(phone, ("哪家", "顺达配送"))
    await answers_until_consent(phone)
    dispute = await filed(phone, 0)
    told = await street.move(dispute, "quick_check")
    await hears(phone, told)
    await street.escalate(dispute, "公司在别的街道")
    await hears(phone, dispute, "开发区总工会")
    await district.hand_down(dispute, "已约谈公司，街道跟进")
    await hears(phone, dispute, "已约谈公司")
    told = await street.move(dispute, "settled", "公司已补发全部工资")
    assert "公司已补发全部工资" in told
    await hears(phone, told)

    await phone.say("申请报销")
    await answers(
        phone, ("报哪一种", "不确定"), ("出的院", "11月3日到11月9日"), ("自己付了", "3200"),
        ("结算单", "以后再补"), ("收费票据", "回头再补"), ("出院小结", "later"),
    )  # fmt: skip
    await answers_until_consent(phone)
    claim = await filed(phone, 1)
    await street.move(claim, "in_review")
    await street.escalate(claim, "金额要区里核")
    await hears(phone, claim, "开发区总工会")
    told = await district.move(claim, "approved", "按章程核定", "1860")
    assert "1,860.00" in told
    await hears(phone, told)


async def answers_until_consent(phone: Phone) -> None:
    """Whatever else is asked, in whichever order, up to the text that is agreed to."""
    said = {"多少人": "5个人", "手机号": PHONE, "干活": "威海经区皇冠街道"}
    last = phone.page.locator(".line.bot").last
    for _ in range(12):
        text = await last.inner_text()
        if "同意吗" in text:
            return
        answer = next((one for sign, one in said.items() if sign in text), None)
        if answer is not None:
            await says(phone, answer)
        elif await phone.page.get_by_role("button", name="以后再补").count():
            await says(phone, "以后再补")
        else:
            await phone.page.wait_for_timeout(100)
    raise AssertionError(await last.inner_text())

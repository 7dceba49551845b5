"""The pictures of `docs/administrators.md`: an administrator's days, step by step."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Locator, Page

from tests.pictures.studio import Picture, Studio

HEAT = {
    "question": "高温津贴怎么领？",
    "similar": "天热有没有高温津贴\n户外干活的高温费找谁要\n夏天送餐给不给高温补贴\n"
    "高温津贴一天多少钱\n高温补贴几月份发",
    "answer": "**每天10元**，六月到九月发。\n\n- 站点发，和工资一起\n- 没发就[打12351](tel:12351)",
    "buttons": "Find a rest stop",
    "tests": "大热天送餐有高温津贴吗\n高温补贴咋领",
    "source": "示例通知（2026年6月）",
}
"""An article as it is typed; demonstration, like the notice it names."""

ASKED = "大热天送餐有高温津贴吗"
TRIPS = "疗休养是什么，谁能去？"

UNANSWERED = (
    "路上能不能给电动车换电池便宜点", "换电池有没有优惠", "电动车换电池工会补贴吗",
    "宿舍太贵，工会有便宜房子租吗", "有没有便宜的房子租给骑手",
    "帮我写首诗", "明天会不会下雨",
)  # fmt: skip

COURSE = {
    "code": "yantai-video-2",
    "title": "短视频剪辑入门",
    "place": "芝罘区工会三楼",
    "seats": "20",
    "price": "免费",
    "teacher": "王老师",
    "meetings": "每周三 19:00-20:30，2026-12-02起，8次，节假日不上",
}

STATIONS = """名称,地区,地址,类型,开放时间,纬度,经度,坐标系
码头骑手驿站,yantai-zhifu,芝罘区码头路1号,休息室,每天8点到20点，周日休息,,,
"二号驿站",亚特兰蒂斯,二路2号,休息室,24小时,,,
三号驿站,yantai-zhifu,三路3号,休息室,9点到5点,,,
四号驿站,yantai-zhifu,四路4号,休息室,24小时,121.39,37.54,GCJ-02
"""


async def login(studio: Studio) -> Page:
    await studio.fill_login(studio.phone, studio.colleague)
    return studio.phone


async def second_factor(studio: Studio) -> Page:
    page = studio.phone
    await page.keyboard.press("Enter")
    await page.fill("#code", studio.code(studio.colleague))
    return page


async def menus(studio: Studio) -> Page:
    page = studio.phone
    await page.keyboard.press("Enter")
    await page.locator(".menu > summary").first.click()
    return page


async def invite(studio: Studio) -> Locator:
    page = await studio.at_desk("/staff/new")
    await page.fill("#name", "李丽")
    await page.select_option("#role", "lead")
    await page.select_option("#region", "yantai-zhifu")
    await page.locator("main form button.primary").click()
    await page.locator("#link").wait_for()
    # A link that opens something is shown to nobody.
    shown = "https://union.example/console/invitation/…"
    await page.locator("#link").evaluate("(field, shown) => field.value = shown", shown)
    return page.locator("main")


async def articles(studio: Studio) -> Page:
    return await studio.at_desk("/articles?text=会费")


async def editor(studio: Studio) -> Page:
    page = await studio.at_desk("/articles/new")
    await page.fill("#topic", "heat-allowance")
    await page.select_option("#region", "cn")
    await page.locator("main form button.primary").click()
    for name, text in HEAT.items():
        await page.fill(f"#{name}", text)
    await page.locator(
        "#beside .badge.good, #beside .notice.done, #beside .bubble"
    ).first.wait_for()
    await page.locator("#saved").wait_for()
    await page.evaluate("scrollTo(0, 0)")
    return page


async def ask(studio: Studio) -> Locator:
    page = studio.desk
    await page.fill("#ask-text", ASKED)
    await page.locator("#ask button").click()
    await page.locator(".answer").nth(1).wait_for()
    await page.locator(".answer summary").nth(1).click()
    return page.locator("section[aria-labelledby=h-ask]")


async def article(studio: Studio) -> Page:
    page = studio.desk
    await page.locator("#editor button[name=then]").click()
    await page.locator("form[action$='/publish']").wait_for()
    return page


async def gate(studio: Studio) -> Locator:
    page = studio.desk
    await page.locator("form[action$='/publish'] button").click()
    await page.get_by_role("status").first.wait_for()
    await page.goto(f"{studio.console}/articles?text={TRIPS}")
    await page.locator(".article-what a", has_text=TRIPS).first.click()
    await page.locator("form[action$='/draft'] button").first.click()
    similar = page.locator("#similar")
    await similar.fill(f"{await similar.input_value()}\n{HEAT['tests']}")
    await page.fill("#answer", "高温津贴也在疗休养里一起发。")
    await page.locator("#editor button[name=then]").click()
    await page.locator("form[action$='/publish'] button").click()
    refused = page.locator("section[role=alert]")
    await refused.wait_for()
    return refused


async def versions(studio: Studio) -> Locator:
    page = studio.desk
    await page.fill("#confirmed", "津贴改由疗休养办公室发，已和站点核对")
    await page.locator("section[role=alert] form button").click()
    await page.get_by_role("status").first.wait_for()
    return page.locator("section[aria-labelledby=h-versions]")


async def difference(studio: Studio) -> Page:
    page = studio.desk
    await page.locator("section[aria-labelledby=h-versions] a").first.click()
    await page.locator(".difference").first.wait_for()
    return page


async def places(studio: Studio) -> Page:
    page = await studio.at_desk("/places?region=yantai-zhifu")
    await page.locator("#map .leaflet-control-scale-line").wait_for()
    await page.evaluate("document.querySelector('.with-map').scrollIntoView()")
    return page


async def hours(studio: Studio) -> Page:
    page = await studio.on_phone("/places/new")
    await page.fill("#hours", "每天8点到20点，周日休息")
    await page.get_by_text("周日 不开").first.wait_for()
    await page.locator("h2", has_text="什么时候开").evaluate("(part) => part.scrollIntoView()")
    return page


async def course(studio: Studio) -> Page:
    page = await studio.at_desk("/courses/new")
    for name, text in COURSE.items():
        await page.fill(f"#{name}", text)
    await page.select_option("#topic", "short_video")
    await page.select_option("#region", "yantai")
    await page.locator("main form button.primary").click()
    await page.locator("button[value=save]").wait_for()
    return page


async def tell(studio: Studio) -> Locator:
    page = await studio.at_desk("/courses/foshan-baking-bread")
    for details in await page.locator("main details:not(.sift > details)").all():
        await details.locator("summary").click()
    await page.fill("#message", "周三请带围裙，七点前到。")
    await page.locator("form[action$='/tell'] button").click()
    await page.locator(".bubble").first.wait_for()
    return page.locator("main")


async def example(studio: Studio) -> Page:
    page = await studio.at_desk("/programmes/schemes/yinchuan-mutual-aid")
    paid = page.locator("#examples_from_0")
    await paid.fill("1")
    await page.locator("main form button.primary").click()
    await page.get_by_role("alert").wait_for()
    return page


async def trial(studio: Studio) -> Locator:
    page = await studio.at_desk("/import")
    sheet = {"name": "stations.csv", "mimeType": "text/csv", "buffer": STATIONS.encode()}
    await page.set_input_files("#file", sheet)  # type: ignore[arg-type]
    await page.locator("main form button.primary").click()
    await page.locator("#progress[data-running='0']").wait_for()
    return page.locator("main")


async def questions(studio: Studio) -> Page:
    for text in UNANSWERED:
        rider = studio.house.telegram_rider()
        await rider.say(text)
        await studio.house.rest()
        await rider.close()
    page = await studio.at_desk("/questions")
    await page.locator(".asked a").first.wait_for()
    return page


async def group(studio: Studio) -> Page:
    page = studio.desk
    await page.locator(".asked a").first.click()
    await page.locator("section[aria-labelledby=h-begin]").wait_for()
    return page


async def figures(studio: Studio) -> Page:
    async with studio.database.begin() as unit:
        for week in range(11):
            unit.now -= timedelta(weeks=1 if week else 0)
            for n in range(19 + 3 * (week % 4)):
                about = ("find_station", "faq:membership-dues", "claim_status")[n % 3]
                unit.figures.count("asked", about, ("yantai-zhifu", "weihai")[n % 2], "zh")
            for _ in range(2 + week % 3):
                unit.figures.count("out_of_scope", "find_job", "yantai-zhifu", "zh")
            unit.figures.count("asked", "claim_status", "weihai", "en")
        unit.now = studio.house.clock.now()
        await unit.figures.write_down()
    return await studio.at_desk("/figures")


async def audit(studio: Studio) -> Page:
    page = await studio.at_desk("/audit?action=account")
    await page.locator("main details:not(.sift > details) > summary").first.click()
    return page


PICTURES = (
    Picture("login", login),
    Picture("second-factor", second_factor),
    Picture("menus", menus),
    Picture("invite", invite),
    Picture("articles", articles),
    Picture("article-editor", editor),
    Picture("article-ask", ask),
    Picture("article-draft", article),
    Picture("article-gate", gate),
    Picture("article-versions", versions),
    Picture("article-difference", difference),
    Picture("places", places),
    Picture("place-hours", hours),
    Picture("course-check", course),
    Picture("course-tell", tell),
    Picture("scheme-example", example),
    Picture("import-tried", trial),
    Picture("questions", questions),
    Picture("question-group", group),
    Picture("figures", figures),
    Picture("audit", audit),
)

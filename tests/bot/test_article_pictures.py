"""An article's picture: harmless when it comes in, the same in preview, web chat and Telegram."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import DummyCookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from actions.article_answer import answer_picture
from actions.content import Button, Picture, Reply
from bot.article_office import ArticleOffice
from bot.article_pictures import ArticlePictures
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.channels.web import build_web
from bot.channels.web_parts import WebParts
from knowledge.access import Denied, NotThere
from knowledge.article_writing import WritingError
from knowledge.audit import Filter
from knowledge.database import Database
from nlu.understanding import Understanding
from tests.bot.console import TOKEN, build
from tests.bot.door import Door
from tests.bot.newsroom import photo, written
from tests.bot.telegram_house import post_over
from tests.bot.web_house import House

ALT = "凉棚下的饮水机"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
def office(door: Door) -> ArticleOffice:
    """Articles are tried word for word."""
    reader = ArticleReader(door.database, lambda: Understanding(now=lambda: datetime.now(UTC)))
    return ArticleOffice(door.database, ArticlePublishing(door.database, reader))


async def out(door: Door, office: ArticleOffice, article: int) -> int:
    """Publish what is written; the number of its picture."""
    await office.publish(door.operator, article, urgent="试", confirmed="试")
    async with door.database.begin() as unit:
        picture = (await unit.article_versions.of(article))[0].writing.picture
    assert picture is not None
    return picture


async def test_a_picture_comes_in_small_and_without_what_the_camera_wrote(
    door: Door, office: ArticleOffice
) -> None:
    """A large photo with metadata is kept as a bare JPEG; the audit says who changed it."""
    lead = door.actor("lead", "yantai")
    article = await written(door, office, by=lead)
    raw = photo(3000, 2000)
    assert b"SECRET-PLACE" in raw
    draft = await office.put_picture(lead, article, raw, ALT)
    assert draft.writing.picture_alt == ALT
    assert draft.writing.picture is not None
    kept = await ArticlePictures(door.database).read(draft.writing.picture)
    assert kept.mime == "image/jpeg"
    assert b"SECRET-PLACE" not in kept.body
    assert Image.open(BytesIO(kept.body)).size == (2048, 1365)
    async with door.database.begin() as unit:
        line = (await unit.audit.lines(Filter(), 1))[0]
    assert (line.action, line.actor) == ("article.picture", lead.audited_as)
    assert line.after == {"picture": draft.writing.picture, "picture_alt": ALT}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.4 no picture", "不是 JPEG、PNG 或 WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "不是 JPEG、PNG 或 WebP"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "最多 10 MB"),
        (photo(2000, 20), "太窄长"),
        (None, "请先选一个文件"),
    ],
)
async def test_what_is_no_picture_is_refused_in_plain_words(
    door: Door, office: ArticleOffice, raw: bytes | None, said: str
) -> None:
    """By what it is, not by its name; and too much of it, or of a shape nobody can show."""
    article = await written(door, office)
    with pytest.raises(WritingError) as why:
        await office.put_picture(door.operator, article, raw, ALT)
    assert said in why.value.said.zh


async def test_only_who_writes_articles_there_puts_pictures(
    door: Door, office: ArticleOffice
) -> None:
    """By role and by region, like every change of an article."""
    article = await written(door, office)
    with pytest.raises(Denied):
        await office.put_picture(door.actor("staff", "yantai"), article, photo(), ALT)
    with pytest.raises(NotThere):
        await office.put_picture(door.actor("lead", "weihai"), article, photo(), ALT)
    with pytest.raises(NotThere):
        await office.remove_picture(door.actor("lead", "weihai"), article)


async def test_a_picture_nobody_can_hear_is_not_published(
    door: Door, office: ArticleOffice
) -> None:
    """Who can't see it gets its description, so it has one."""
    article = await written(door, office)
    await office.put_picture(door.operator, article, photo(), " ")
    with pytest.raises(WritingError, match="no description"):
        await out(door, office, article)
    await office.put_picture(door.operator, article, None, ALT)
    await out(door, office, article)


async def test_old_versions_keep_theirs(door: Door, office: ArticleOffice) -> None:
    """Another picture, none, and back with one click."""
    article = await written(door, office)
    await office.put_picture(door.operator, article, photo(), ALT)
    first = await out(door, office, article)
    await office.begin_again(door.operator, article)
    await office.put_picture(door.operator, article, photo(300, 300, "PNG"), "另一张")
    second = await out(door, office, article)
    await office.begin_again(door.operator, article)
    await office.remove_picture(door.operator, article)
    await office.publish(door.operator, article, urgent="试")
    async with door.database.begin() as unit:
        versions = await unit.article_versions.of(article)
    assert [one.writing.picture for one in versions] == [None, second, first]
    await office.back(door.operator, article, versions[-1].version)
    async with door.database.begin() as unit:
        unit.shelf.forget()  # in a running house the bell does this
        found = await unit.articles.answer("heat", "zhifu", "zh")
        assert found is not None
        shown = answer_picture(unit.article_pictures.address, found)
    assert shown is not None
    assert (shown.number, shown.alt) == (first, ALT)
    assert (await ArticlePictures(door.database).at(shown.address.rpartition("/")[2])).body


async def test_whoever_was_sent_the_address_sees_it_and_nobody_else(
    door: Door, office: ArticleOffice
) -> None:
    """The page's own server answers; another number under the same sign doesn't exist."""
    article = await written(door, office)
    draft = await office.put_picture(door.operator, article, photo(), ALT)
    number = draft.writing.picture
    assert number is not None
    async with door.database.begin() as unit:
        address = unit.article_pictures.address(number)
    house = House()
    parts = WebParts(inbox=house, log=house, photos=house, pictures=ArticlePictures(door.database))
    async with TestClient(TestServer(build_web(parts))) as client:
        found = await client.get(address)
        assert (found.status, found.content_type) == (200, "image/jpeg")
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        sign = address.rpartition("-")[2]
        for guessed in (f"/pictures/{number + 1}-{sign}", f"/pictures/{number}-{'0' * 32}"):
            assert (await client.get(guessed)).status == 404


async def test_telegram_gets_the_picture_with_its_description(
    database: Database, door: Door, office: ArticleOffice
) -> None:
    """A photo of its own before the text, whose buttons stay with the text."""
    article = await written(door, office)
    draft = await office.put_picture(door.operator, article, photo(), ALT)
    number = draft.writing.picture
    assert number is not None
    pictures = ArticlePictures(database)
    async with post_over(database) as post:
        post.telegram.tempo.burst = 1000
        post.go(post.sender())
        rider = post.user()
        shown = Picture(number=number, address="/pictures/x", alt=ALT)
        await post.reply(
            rider,
            Reply(text="每天10元", picture=shown, buttons=(Button(id="r:start", label="好"),)),
        )
        assert await post.settled() == ["sent", "sent"]
        first, second = post.telegram.chat(7001).from_bot
        assert (first.method, first.text) == ("sendPhoto", ALT)
        assert first.params["photo"] == (await pictures.read(number)).body
        assert second.text == "每天10元"
        assert second.markup is not None
        post.telegram.check()


async def test_a_picture_that_is_gone_does_not_take_the_answer_with_it(
    database: Database,
) -> None:
    """The photo can't be sent, the words are."""
    async with post_over(database) as post:
        post.telegram.tempo.burst = 1000
        post.go(post.sender())
        shown = Picture(number=404, address="/pictures/x", alt=ALT)
        await post.reply(post.user(), Reply(text="每天10元", picture=shown))
        assert await post.settled() == ["failed", "sent"]


async def test_the_editor_takes_it_and_shows_it_as_riders_will_see_it(
    door: Door, office: ArticleOffice
) -> None:
    """Uploaded in a browser, seen in both previews, described, and taken out again."""
    article = await written(door, office, by=door.operator)
    account = await door.member("王组长", "lead", "yantai")
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(account, "test", complete=True)
    headers = {"Cookie": f"gongyou_console={token}"}
    path = f"/console/articles/{article}"
    async with TestClient(TestServer(build(door)), cookie_jar=DummyCookieJar()) as client:

        async def seen() -> str:
            return await (await client.get(f"{path}/edit", headers=headers)).text()

        async def send(file: bytes | None, **fields: str) -> Any:
            found = TOKEN.search(await seen())
            assert found is not None
            form = FormData({"_token": found.group(1), **fields})
            form.add_field("file", file or b"", filename="p.png" if file else "",
                           content_type="application/octet-stream")  # fmt: skip
            return await client.post(
                f"{path}/picture", data=form, headers=headers, allow_redirects=False
            )

        refused = await send(b"no picture", picture_alt=ALT)
        assert refused.status == 422
        assert "不是 JPEG、PNG 或 WebP" in await refused.text()
        evil = '"><script>alert(1)</script>'
        assert (await send(photo(form="PNG"), picture_alt=evil)).status == 303
        page = await seen()
        assert page.count('<img class="bubble-picture" src="/pictures/') == 3
        assert "<script>alert" not in page
        assert (await send(None, picture_alt=ALT)).status == 303
        assert f'alt="{ALT}"' in await seen()
        assert (await send(None, then="remove", picture_alt=ALT)).status == 303
        assert "bubble-picture" not in await seen()


async def test_a_picture_that_nothing_shows_is_forgotten_after_a_month(
    door: Door, office: ArticleOffice
) -> None:
    """One that was changed for another in a draft; what was published or is being written stays."""
    article = await written(door, office)
    numbers = []
    for _ in range(2):
        draft = await office.put_picture(door.operator, article, photo(), ALT)
        numbers.append(draft.writing.picture)
    numbers.append(await out(door, office, article))
    await office.begin_again(door.operator, article)
    draft = await office.put_picture(door.operator, article, photo(), ALT)
    numbers.append(draft.writing.picture)
    assert numbers[1] == numbers[2]
    async with door.database.begin() as unit:
        assert await unit.article_pictures.forget_unused(unit.now - timedelta(days=30)) == 0
        assert await unit.article_pictures.forget_unused(unit.now + timedelta(days=1)) == 1
        for number in numbers[1:]:
            assert number is not None
            await unit.article_pictures.read(number)
        with pytest.raises(LookupError):
            await unit.article_pictures.read(numbers[0] or 0)

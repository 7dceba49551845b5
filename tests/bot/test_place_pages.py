"""The pages of places, import and export as a browser without scripts sees them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import DummyCookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.console import uploads
from knowledge.access import Role
from knowledge.database import Database
from tests.bot.console import TOKEN, Visitor, build
from tests.bot.door import Door
from tests.bot.stations import FORM, doubt, put, station
from tests.bot.test_imports import BAD, GOOD, table

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def client(door: Door) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build(door)), cookie_jar=DummyCookieJar()) as client:
        yield client


async def entered(door: Door, client: TestClient[Any, Any], role: Role, region: str) -> Visitor:
    secret = door.secret() if role == "administrator" else ""
    account = await door.member(f"一个{role}", role, region, secret=secret)
    async with door.database.begin() as unit:
        visitor = Visitor(client)
        visitor.token = await unit.sessions.begin(account, "test", complete=True)
    return visitor


async def upload(
    client: TestClient[Any, Any], visitor: Visitor, raw: bytes, *, token: str | None = None,
    late: bool = False, name: str = "站点.csv",
) -> Any:  # fmt: skip
    """Send a file with the token of the page that was seen last, or another; `late`: after it."""
    found = TOKEN.search(visitor.text)
    form = FormData()
    given = token if token is not None else found.group(1) if found else ""
    if not late:
        form.add_field("_token", given)
    form.add_field("thing", "")
    form.add_field("file", raw, filename=name, content_type="text/csv")
    if late:
        form.add_field("_token", given)
    response = await client.post(
        "/console/import", data=form, allow_redirects=False,
        headers={"Cookie": f"gongyou_console={visitor.token}"},
    )  # fmt: skip
    await response.text()
    return response


def hidden(name: str, page: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


async def test_a_new_place_is_looked_at_before_it_is_saved(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """The first press shows hours, point and what may be the same; the second saves."""
    visitor = await entered(door, client, "lead", "yantai")
    await put(door, station("zf-1", name={"zh": FORM["name"], "en": "x"}))
    await visitor.get("/console/places/new")
    form = {**FORM, "mark": "", "sign": "", "step": "save"}
    assert (await visitor.post("/console/places/new", form)).status == 200
    assert "周一至周六 08:00-20:00" in visitor.text
    assert "存成 WGS-84：37.53" in visitor.text
    assert "/console/places/one/zf-1" in visitor.text
    form["sign"] = hidden("sign", visitor.text)
    saved = await visitor.post("/console/places/new", {**form, "hours": "24小时"})
    assert saved.status == 200  # something new to look at
    saved = await visitor.post("/console/places/new", form)
    assert saved.status == 303
    await visitor.get(saved.headers["Location"])
    assert "已保存" in visitor.text
    assert 'value="Mo-Su 08:00-20:00; Su off"' in visitor.text
    assert re.findall(r'name="amenity_(\w+)" value="1" checked', visitor.text) == [
        "water", "charging",
    ]  # fmt: skip


async def test_a_change_of_the_phone_alone_needs_no_second_look(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """Nothing of what is to be looked at has changed."""
    visitor = await entered(door, client, "lead", "yantai")
    await put(door, station("zf-1", lat=37.5, lon=121.4))
    await visitor.get("/console/places/one/zf-1")
    form = {
        **FORM, "name": "驿站zf-1", "lat": "37.5", "lon": "121.4", "coordinates": "wgs84",
        "hours": "Mo-Su 08:00-20:00", "phone": "12351", "step": "save",
        "mark": hidden("mark", visitor.text), "sign": hidden("sign", visitor.text),
    }  # fmt: skip
    assert (await visitor.post("/console/places/one/zf-1", form)).status == 303


async def test_what_is_wrong_stands_beside_its_field(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """And what was typed is still there."""
    visitor = await entered(door, client, "lead", "yantai")
    await visitor.get("/console/places/new")
    form = {**FORM, "hours": "9点到5点", "kind": "castle", "step": "save"}
    assert (await visitor.post("/console/places/new", form)).status == 422
    assert 'value="9点到5点"' in visitor.text
    assert 'aria-describedby="hours-wrong"' in visitor.text
    assert "有 2 处要改" in visitor.text


async def test_who_only_reads_finds_no_buttons(door: Door, client: TestClient[Any, Any]) -> None:
    """The form is a sheet to read; there is nothing to press but logging out."""
    visitor = await entered(door, client, "auditor", "yantai")
    await put(door, station("zf-1"))
    await doubt(door, "zf-1", "closed")
    for path in ("/console/places", "/console/places/one/zf-1", "/console/places/reports"):
        await visitor.get(path)
        assert (
            re.findall(r'method="post" action="([^"]+)/(?:close|settle|new)"', visitor.text) == []
        )
        assert 'name="step"' not in visitor.text


async def test_a_report_is_settled_and_taken_back(door: Door, client: TestClient[Any, Any]) -> None:
    """One press each."""
    visitor = await entered(door, client, "lead", "yantai")
    await put(door, station("zf-1"))
    await doubt(door, "zf-1", "closed", "closed")
    await visitor.get("/console/places/reports")
    assert "关着门 × 2" in visitor.text
    done = await visitor.post("/console/places/one/zf-1/settle")
    await visitor.get(done.headers["Location"])
    assert "没有要处理的" in visitor.text
    done = await visitor.post("/console/places/one/zf-1/unsettle")
    await visitor.get(done.headers["Location"])
    assert "关着门 × 2" in visitor.text


async def test_a_file_goes_from_trying_to_written(door: Door, client: TestClient[Any, Any]) -> None:
    """Each page by itself, without a script."""
    visitor = await entered(door, client, "administrator", "yantai")
    await visitor.get("/console/import")
    path = ""
    for raw, says in ((table(*BAD), "3 行里有 3 处要改"), (table(GOOD), "没有问题")):
        response = await upload(client, visitor, raw)
        assert response.status == 303
        path = response.headers["Location"]
        await over(visitor, path)
        assert says in visitor.text
    assert (await visitor.post(f"{path}/write")).headers["Location"] == path
    await over(visitor, path)
    assert "全部写入了" in visitor.text
    assert (await visitor.post(f"{path}/write")).status == 422
    assert "请重新上传" in visitor.text


async def over(visitor: Visitor, path: str) -> None:
    for _ in range(200):
        await visitor.get(path)
        if 'data-running="0"' in visitor.text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never ends")


async def test_a_file_comes_only_from_who_may_send_one_with_a_form_of_ours(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """The role and the token are asked for before the file is read; it is kept nowhere."""
    visitor = await entered(door, client, "administrator", "yantai")
    await visitor.get("/console/import")
    assert (await upload(client, visitor, table(GOOD), token="0" * 64)).status == 403
    assert (await upload(client, visitor, table(GOOD), late=True)).status == 403
    assert (await upload(client, visitor, b"", name="")).status == 422
    assert (await upload(client, visitor, b"")).status == 422
    stranger = Visitor(client)
    answer = await upload(client, stranger, table(GOOD))
    assert answer.headers["Location"].startswith("/console/login")
    lead = await entered(door, client, "lead", "yantai")
    await lead.get("/console/places")
    assert (await upload(client, lead, table(GOOD))).status == 403
    async with door.database.begin() as unit:
        assert await unit.rows("select id from imports") == []


async def test_a_file_may_be_so_long_and_no_longer(
    door: Door, client: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other forms keep their own limit, of 512 KiB."""
    visitor = await entered(door, client, "administrator", "yantai")
    await visitor.get("/console/import")
    long = b"x" * 500_000
    assert (await upload(client, visitor, long)).status == 303
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    assert (await upload(client, visitor, long)).status == 413
    monkeypatch.setattr(uploads, "MOST_FIELDS", 200)
    assert (await upload(client, visitor, long)).status == 413  # found while reading
    await visitor.get("/console/places/new")
    big = await visitor.post("/console/places/new", {**FORM, "name": "x" * 600_000})
    assert big.status == 413


async def test_an_export_is_a_file_with_a_name(door: Door, client: TestClient[Any, Any]) -> None:
    """Of the own region, where none is chosen."""
    visitor = await entered(door, client, "lead", "yantai")
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    await visitor.get("/console/export")
    form = {"what": "stations", "form": "csv", "columns": "en", "step": "file"}
    response = await visitor.post("/console/export", form)
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="stations-yantai-2026-11-24.csv"'
    )
    raw = await response.text()
    assert "zf-1" in raw
    assert "wh-1" not in raw
    await visitor.get("/console/export")
    assert (await visitor.post("/console/export", {**form, "form": "zip"})).status == 422
    assert (await visitor.post("/console/export", {**form, "region": "weihai"})).status == 404
    template = await visitor.post("/console/export", {**form, "step": "template"})
    assert template.status == 200


async def test_stored_scripts_come_out_harmless(door: Door, client: TestClient[Any, Any]) -> None:
    """In every field of a place, who settled a report, a file's name and what is wrong in it."""
    words = {"zh": EVIL, "en": EVIL}
    visitor = await entered(door, client, "administrator", "yantai")
    await put(
        door,
        station("zf-1", name=words, address=words, street=EVIL, landmarks=[EVIL], phone=EVIL,
                closed_until="2026-12-31", closed_reason=words,
                access={"who": "employer", "employer": words}),
        station("zf-2", name=words, kind="childcare", about=words, price=words,
                ages={"from_months": 6, "to_months": 36}),
        station("zf-3", name=words, kind="union_office", about=words),
    )  # fmt: skip
    await doubt(door, "zf-1", "closed")
    await doubt(door, "zf-2", "closed")
    async with door.database.begin() as unit:
        await unit.station_care.settle("zf-2", staff=EVIL)
    pages = []
    for path in ("/console/places", "/console/places/one/zf-1", "/console/places/one/zf-2",
                 "/console/places/one/zf-3", "/console/places/reports",
                 "/console/places?text=%22%3E%3Cscript%3E&page=%3C", "/console/audit"):  # fmt: skip
        await visitor.get(path)
        pages.append(visitor.text)
    await visitor.get("/console/places/new")
    more = ("about", "about_en", "ages", "price", "price_en", "sign")
    await visitor.post("/console/places/new", dict.fromkeys((*FORM, *more), EVIL))
    pages.append(visitor.text)
    await visitor.post(
        "/console/places/new", dict.fromkeys((*FORM, *more), EVIL) | {"kind": "childcare"}
    )
    pages.append(visitor.text)
    await visitor.get("/console/import")
    rows = table(*BAD).decode().replace("亚特兰蒂斯", EVIL.replace('"', ""))
    response = await upload(client, visitor, rows.encode(), name=f"{EVIL}.csv".replace('"', ""))
    await over(visitor, response.headers["Location"])
    pages.append(visitor.text)
    await visitor.get("/console/import")
    pages.append(visitor.text)
    for page in pages:
        assert "<script>" not in page
        assert "<img src=x" not in page

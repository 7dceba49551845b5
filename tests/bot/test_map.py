"""The map of the console: Leaflet as it was published, and tiles of one host that is named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web_pages import FOLDER
from bot.console.parts import CONSOLE
from bot.console.tiles import Tiles
from bot.settings import Settings
from bot.trouble import Trouble
from knowledge.coordinates import to_gcj02
from knowledge.database import Database
from tests.bot.console import Visitor, build
from tests.bot.door import Door
from tests.bot.stations import put, station

LEAFLET = FOLDER / "vendor" / "leaflet"
ADDRESS = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def client(door: Door) -> AsyncIterator[TestClient[Any, Any]]:
    server = TestServer(build(door))
    async with TestClient(server, cookie_jar=DummyCookieJar()) as client:
        yield client


def test_leaflet_is_as_it_was_published() -> None:
    """Nobody has changed it here, and nothing stands beside it that isn't told."""
    told = dict(
        re.findall(r"\| `(\S+)` \| `([0-9a-f]{64})` \|", (LEAFLET / "README.md").read_text())
    )
    found = {path.name: path for path in LEAFLET.iterdir() if path.name != "README.md"}
    assert {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()
    } == told
    assert "BSD 2-Clause" in (LEAFLET / "LICENSE").read_text()


async def test_it_is_served_from_here_and_names_nobody_else(client: TestClient[Any, Any]) -> None:
    """The scripts of the pages import only each other."""
    for name in ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css", "console/map.js"):
        assert (await client.get(f"/static/x/{name}")).status == 200
    for script in sorted((FOLDER / "console").glob("*.js")):
        for imported in re.findall(r'from "([^"]+)"', script.read_text()):
            assert (script.parent / imported).is_file(), script.name
    assert (await client.get("/static/x/vendor/leaflet/README.md")).status == 404


async def test_the_policy_lets_one_host_through_and_only_on_pages_with_a_map(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """Without a setting it is as everywhere."""
    await put(door, station("zf-1", lat=37.5, lon=121.4))
    visitor = Visitor(client)
    visitor.token = await door.enter(await door.member("老王", "lead", "yantai"))
    plain = (await visitor.get("/console")).headers["Content-Security-Policy"]
    assert "img-src 'self' blob:;" in plain
    assert (await visitor.get("/console/places")).headers["Content-Security-Policy"] == plain
    client.app[CONSOLE].tiles = Tiles(ADDRESS, "gcj02", "© 某某地图")
    for path in ("/console/places", "/console/places/new", "/console/places/one/zf-1"):
        policy = (await visitor.get(path)).headers["Content-Security-Policy"]
        assert policy == plain.replace("blob:", "blob: https://tiles.example.org"), path
        assert "© 某某地图" in visitor.text
    assert (await visitor.get("/console")).headers["Content-Security-Policy"] == plain


async def test_points_are_drawn_where_the_tiles_have_them(
    door: Door, client: TestClient[Any, Any]
) -> None:
    """Some hundred metres off, else; what is typed comes back in WGS-84."""
    await put(door, station("zf-1", lat=37.5, lon=121.4))
    visitor = Visitor(client)
    visitor.token = await door.enter(await door.member("老王", "lead", "yantai"))
    for system, at in (("wgs84", (37.5, 121.4)), ("gcj02", to_gcj02(37.5, 121.4))):
        client.app[CONSOLE].tiles = Tiles(ADDRESS, system)  # type: ignore[arg-type]
        found = await (await visitor.get("/console/places/points")).json()
        assert found["points"][0]["at"] == pytest.approx(at)
        lat, lon = to_gcj02(37.5, 121.4)
        typed = f"lat={lat}&lon={lon}&coordinates=gcj02"
        point = await (await visitor.get(f"/console/places/point?{typed}")).json()
        assert point["at"] == pytest.approx(at, abs=1e-6)
        assert "37.50000, 121.40000" in point["told"]
    for typed in ("lat=x&lon=1&coordinates=gcj02", "lat=1&lon=1", "lat=99&lon=1&coordinates=wgs84"):
        assert "trouble" in await (await visitor.get(f"/console/places/point?{typed}")).json()
    week = await (await visitor.get(f"/console/places/hours?hours={quote('每天8点到20点')}")).json()
    assert week == {"week": ["每天 08:00-20:00"]}
    assert (
        "trouble"
        in await (await visitor.get(f"/console/places/hours?hours={quote('9点到5点')}")).json()
    )


@pytest.mark.parametrize(
    "wrong",
    ["tiles.example.org/{z}/{x}/{y}", "https://{s}.example.org/{z}/{x}/{y}", "https://a/{z}/{x}",
     "https://a b/{z}/{x}/{y}", "https://a;script-src *;/{z}/{x}/{y}", "data:{z}{x}{y}"],
)  # fmt: skip
def test_an_address_of_tiles_that_says_more_than_a_host_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """It goes into the policy of the pages."""
    monkeypatch.setenv("GONGYOU_TILES", wrong)
    with pytest.raises(Trouble, match="of one host"):
        Settings.load()
    monkeypatch.setenv("GONGYOU_TILES", ADDRESS)
    assert Settings.load().tiles == ADDRESS

"""The page's files: strict headers, nothing from elsewhere, nothing too new."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from actions.content import Reply
from bot.channels.web import build_web
from bot.channels.web_pages import FOLDER, Pages
from bot.channels.web_parts import WebParts
from bot.wording import traditional
from tests.bot.web_house import House

type Client = TestClient[Any, Any]

SCRIPTS = sorted([*FOLDER.glob("*.js"), *FOLDER.glob("console/*.js")])
STYLES = sorted(FOLDER.glob("*.css"))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    house = House()
    made = WebParts(inbox=house, log=house, photos=house, https=True)
    async with TestClient(TestServer(build_web(made))) as client:
        yield client


async def test_the_page_comes_with_strict_headers(client: Client) -> None:
    """No inline script or style, nothing from third parties, no frame around it."""
    response = await client.get("/")
    assert response.status == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "max-age" in response.headers["Strict-Transport-Security"]
    assert "aiohttp" not in response.headers["Server"]


async def test_the_interface_is_never_cached_and_errors_have_the_headers_too(
    client: Client,
) -> None:
    """Also the ones that aiohttp makes itself."""
    response = await client.get("/nothing")
    assert response.status == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in response.headers


async def test_every_file_that_the_page_names_is_there(client: Client) -> None:
    """Scripts, styles, icons, and what they import in turn."""
    html = await (await client.get("/")).text()
    assert "{{" not in html
    named = set(re.findall(r'(?:href|src)="(/[^"#]+)', html))
    manifest = json.loads(await (await client.get("/manifest.webmanifest")).text())
    named |= {icon["src"] for icon in manifest["icons"]}
    named |= {"/sw.js", "/favicon.ico"}
    static = f"/static/{Pages().fingerprint}"
    for script in SCRIPTS:
        folder = "/".join((static, *script.parent.relative_to(FOLDER).parts))
        for imported in re.findall(r'from "\./([\w.]+)"', script.read_text()):
            named.add(f"{folder}/{imported}")
    for path in sorted(named):
        response = await client.get(path)
        assert response.status == 200, path
        assert response.headers["Content-Type"].split(";")[0] in (
            "text/javascript",
            "text/css",
            "image/svg+xml",
            "image/png",
            "application/manifest+json",
        )


async def test_files_are_kept_for_ever_under_their_own_name_only(client: Client) -> None:
    """An old or a new release's name gets what there is, but must ask again next time."""
    name = Pages().fingerprint
    current = await client.get(f"/static/{name}/main.js")
    assert "immutable" in current.headers["Cache-Control"]
    other = await client.get("/static/0123456789ab/main.js")
    assert (other.status, other.headers["Cache-Control"]) == (200, "no-cache")
    assert current.headers["Content-Encoding"] == "gzip"
    again = await client.get(
        f"/static/{name}/main.js", headers={"If-None-Match": current.headers["ETag"]}
    )
    assert again.status == 304


@pytest.mark.parametrize(
    "path", ["/static/x/../web.py", "/static/x/%2e%2e/web.py", "/static/x/nothing.js", "/static/x/"]
)
async def test_nothing_outside_the_folder_is_sent(client: Client, path: str) -> None:
    """Files are known by name from the start; no path is ever opened."""
    assert (await client.get(path)).status == 404


def test_the_page_has_no_inline_script_style_or_foreign_address() -> None:
    """The policy would block them silently."""
    html = (FOLDER / "chat.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)
    for file in [*SCRIPTS, *STYLES, FOLDER / "chat.html"]:
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", file.read_text()):
            assert address == "http://www.w3.org", (file.name, address)


# WeChat's browser on older Androids is a Chromium of about 86; Safari 13.4 is the oldest on iOS.
TOO_NEW_SCRIPT = (
    r"\.at\(",
    r"\.replaceAll\(",
    r"\.replaceChildren\(",
    r"structuredClone",
    r"randomUUID",
    r"AbortSignal\.timeout",
    r"Object\.hasOwn",
    r"\?\?=",
    r"\|\|=",
    r"&&=",
    r"^await ",
    r"TextDecoderStream",
    r"\bstatic \{",
    r"^\s+#\w+",
    r"showModal",
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
)
TOO_NEW_STYLE = (
    r":has\(",
    r":is\(",
    r":where\(",
    r"\binset:",
    r"aspect-ratio",
    r"color-mix",
    r"@layer",
    r"@container",
    r"oklch",
    r"^\s*&",
    r"text-wrap",
    r"@import",
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_use_nothing_that_older_phones_lack(script: Path) -> None:
    """Nor anything that turns text into markup or code."""
    text = script.read_text()
    for pattern in TOO_NEW_SCRIPT:
        assert not re.search(pattern, text, re.MULTILINE), pattern
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_use_nothing_that_older_phones_lack(style: Path) -> None:
    """What they don't know they would leave out."""
    for pattern in TOO_NEW_STYLE:
        assert not re.search(pattern, style.read_text(), re.MULTILINE), pattern


def test_both_dark_nights_are_the_same() -> None:
    """The phone's wish and the page's own switch must not drift apart."""
    text = (FOLDER / "tokens.css").read_text()
    nights = re.findall(
        r":root(?::not\(.*?\))?(?:\[data-theme=\"dark\"\])? \{(.*?)\}", text, re.DOTALL
    )
    tokens = [re.findall(r"--[\w-]+: [^;]+|color-scheme: dark", night) for night in nights]
    dark = [found for found in tokens if "color-scheme: dark" in found]
    assert len(dark) == 2
    assert dark[0] == dark[1]


def spoken() -> dict[str, dict[str, str]]:
    """The page's own words, as they stand in the file, by language."""
    text = (FOLDER / "texts.js").read_text()
    parts = re.findall(r'^  "?([\w-]+)"?: \{$(.*?)^  \},$', text, re.MULTILINE | re.DOTALL)
    return {
        name: dict(re.findall(r"^    (\w+): (.+),$", part, re.MULTILINE)) for name, part in parts
    }


def test_the_page_speaks_all_languages_completely() -> None:
    """Same keys, same placeholders; every key that is used exists and every one is used."""
    words = spoken()
    assert list(words) == ["zh", "zh-hant", "en"]
    chinese = words["zh"]
    for other in words.values():
        assert list(chinese) == list(other)
        for name in chinese:
            holes = [sorted(re.findall(r"\{\w+\}", part[name])) for part in (chinese, other)]
            assert holes[0] == holes[1], name
    html = (FOLDER / "chat.html").read_text()
    in_html = set(re.findall(r'data-t(?:-\w+)?="(\w+)"', html))
    scripts = "".join(path.read_text() for path in SCRIPTS if path.name != "texts.js")
    unknown = in_html - set(chinese)
    assert not unknown
    for name in chinese:
        prefix = name.split("_")[0] + "_"
        used = name in in_html or f'"{name}"' in scripts or f'"{prefix}"' in scripts
        assert used or f".{name}" in scripts, f"{name} is never shown"


def test_its_traditional_chinese_is_written_as_the_answers_are() -> None:
    """Else a change of the Simplified words would leave the others behind."""
    words = spoken()
    for name, text in words["zh"].items():
        assert words["zh-hant"][name] == traditional(Reply(text=text)).text, name


def test_what_stands_in_the_page_is_what_the_script_would_write() -> None:
    """Before the script runs, the rider already reads the same Chinese."""
    chinese = {name: text.strip('"') for name, text in spoken()["zh"].items()}
    html = (FOLDER / "chat.html").read_text()
    for key, shown in re.findall(r'data-t="(\w+)"[^>]*>([^<]+)<', html):
        assert shown == chinese[key], key

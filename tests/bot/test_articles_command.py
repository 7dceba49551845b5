"""`gongyou articles`: an article from its first word to its archive, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import app
from tests.conftest import ROOT

HEAT = {
    "question": "高温津贴怎么领",
    "similar": [
        "天热有没有高温津贴", "户外干活的高温费找谁要", "夏天送餐给不给高温补贴",
        "高温津贴一天多少钱", "高温补贴几月份发",
    ],
    "answer": "**每天10元**，六月到九月。",
    "source": "示例通知",
    "checked_on": "2026-11-20",
    "valid_until": "2031-12-31",
    "tests": ["大热天送餐有高温津贴吗"],
}  # fmt: skip


def gongyou(*command: str, fails: bool = False, stdin: str | None = None) -> str:
    result = CliRunner().invoke(app, ["articles", *command], input=stdin)
    assert result.exit_code == int(fails), result.output
    return result.output


@pytest.fixture
def at(
    demonstration_url: str, tmp_path: Path, full_model: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A house with the demonstration's articles and the full model."""
    monkeypatch.setenv("DATABASE_URL", demonstration_url)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    (tmp_path / "models").symlink_to(full_model.parent)
    (tmp_path / "vectors").symlink_to(ROOT / ".cache" / "vectors")
    return tmp_path


def test_an_article_is_written_asked_published_and_taken_back(at: Path) -> None:
    """All of it, with the reasons where something can't be done."""
    file = at / "heat.yaml"
    file.write_text(yaml.safe_dump({"question": HEAT["question"]}, allow_unicode=True))
    said = gongyou("draft", "heat", str(file), "--as", "王敏")
    assert "heat (cn, zh)  revision 2" in said
    assert "before it is published: it has no answer; give it an answer" in said
    number = said.split()[1]
    written = json.loads(
        gongyou("draft", number, "-", "--as", "王敏", "--json", stdin=yaml.safe_dump(HEAT))
    )
    assert written["writing"]["valid_until"].startswith("2032-01-01T00:00:00+08:00")

    asked = gongyou("ask", "大热天送餐有没有高温津贴啊", "--draft", number)
    now, then = asked.split("with the draft:")
    assert "faq:heat" not in now
    assert "faq:heat 0." in then
    assert "**每天10元**" in then
    assert "nearest texts: faq:heat" in then

    tried = gongyou("publish", number, "--try")
    assert "nothing else would be read otherwise" in tried
    assert "test questions could be touched" in tried
    refused = gongyou("review", number, "approve", "--as", "李雷", fails=True)
    assert "gongyou: The draft isn't in review; its writer sends it first." in refused
    gongyou("reviews", "cn", "on")
    assert "second person" in gongyou("publish", number, "--as", "王敏", fails=True)
    gongyou("review", number, "send", "--as", "王敏")
    gongyou("review", number, "approve", "--as", "李雷")
    assert "version 1" in gongyou("publish", number, "--as", "王敏")
    listed = gongyou("list", "--topic", "heat")
    assert f"{number}  heat (cn, zh)  published 1  used 0" in listed
    assert "reviewed by staff:李雷" in gongyou("show", number)

    changed = yaml.safe_dump({"answer": "每天12元"}, allow_unicode=True)
    gongyou("draft", number, "-", stdin=changed)
    assert "version 2" in gongyou("publish", number, "--urgent", "今天起", "--as", "王敏")
    assert "今天起" in gongyou("list", "--to-do")
    assert "-**每天10元**" in gongyou("show", number, "--compared-with", "1")
    gongyou("review", number, "afterwards", "--version", "2", "--as", "李雷")
    assert "今天起" not in gongyou("list", "--to-do")
    assert "as version 3" in gongyou("back", number)
    assert "archived (version 4)" in gongyou("archive", number, "--reason", "并了")
    assert "there are none" in gongyou("list", "--topic", "heat", "--state", "published")


def test_a_change_that_steals_is_refused_in_words(at: Path) -> None:
    """Exit code 1; a reason lets it through."""
    thief = {**HEAT, "similar": ["跑闪送的，我想加到工会里头，怎么登记"], "tests": []}
    said = gongyou("draft", "thief", "-", stdin=yaml.safe_dump(thief, allow_unicode=True))
    number = said.split()[1]
    refused = gongyou("publish", number, fails=True)
    assert "would be read worse: takes 1 question from 'join_union': 「跑闪送的" in refused
    assert "confirm with a reason" in refused
    gongyou("publish", number, "--anyway", "先试试")
    assert "(先试试)" in gongyou("show", number)


def test_articles_are_found_and_mistakes_are_one_sentence(at: Path) -> None:
    """By words, by the bot's own matching, and never with a trace."""
    assert "membership-dues" in gongyou("list", "--text", "会费", "--limit", "5")
    assert "membership-dues" in gongyou(
        "list", "--like", "一年交给组织多少银子", "--language", "zh"
    )
    found = json.loads(gongyou("list", "--never-used", "--limit", "3", "--json"))
    assert len(found) == 3
    assert "hotline (qinghai, zh)" in gongyou("list", "--to-do")
    for command, told in (
        (("show", "99999"), "There is no article 99999."),
        (("list", "--state", "live"), "There is no state 'live'; there are draft"),
        (("draft", "x", str(at / "none.yaml")), "can't be read"),
        (("draft", "x", "--region", "mars"), "There is no region 'mars'."),
        (("publish", "1"), "begin a draft of it first"),
        (("back", "1"), "archive it instead"),
    ):
        assert told in gongyou(*command, fails=True)
    bad = gongyou("draft", "x", "-", stdin="- [", fails=True)
    assert "is no YAML" in bad
    assert "has no field 'color'" in gongyou("draft", "x", "-", stdin="color: red", fails=True)

"""`gongyou evaluate` from outside, with a small model and an empty database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from nlu.train import ModelInfo
from tests.nlu.conftest import ROOT

LINES: list[dict[str, Any]] = [
    {"text": "我想加入工会怎么申请", "route": "join_union", "group": "zh"},
    {"text": "附近哪里能充电", "route": "find_station", "slots": {"amenities": ["charging"]}},
    {"text": "我不想活了呀", "route": "smalltalk", "group": "zh"},
]


def evaluate(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "evaluate", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "GONGYOU_DATA_DIR": str(data), **settings},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), "utf-8")
    return file


def test_a_file_is_evaluated_seen_and_compared(
    model: ModelInfo, var: Path, empty_database_url: str, lines: Path, tmp_path: Path
) -> None:
    """JSON, then the page and the plain text against that JSON."""
    settings = {"DATABASE_URL": empty_database_url}
    first = evaluate(str(lines), "--json", data=var, **settings)
    assert first.returncode == 0, first.stderr
    kept = json.loads(first.stdout)
    assert (kept["file"], kept["model"]) == ("lines.jsonl", model.fingerprint)
    assert [line["text"] for line in kept["lines"]] == [line["text"] for line in LINES]
    kept["lines"][0].update(chosen="find_job", right=False)
    old, html = tmp_path / "old.json", tmp_path / "seen.html"
    old.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    seen = evaluate(
        str(lines), "--against", str(old), "--html", str(html), "--language", "en",
        data=var, **settings,
    )  # fmt: skip
    assert seen.returncode == 0, seen.stderr
    assert "seen.html is written" in seen.stderr
    assert "3 lines in both: 1 got right, 0 got wrong" in seen.stdout
    page = html.read_text("utf-8")
    assert "How much was understood" in page
    assert "Find a rest stop" in page or "Just chat" in page
    assert "--pine: #16584a" in page


@pytest.mark.parametrize(
    ("written", "arguments", "told"),
    [
        ("", (), "has no lines"),
        ("{", (), "line 1"),
        ("\udcff", (), "no UTF-8 text"),
        (None, ("--html", "no/such/folder/seen.html"), "no folder no/such/folder"),
        (None, ("--against", "pyproject.toml"), "no report with its lines"),
    ],
)
def test_what_cannot_be_done_is_told_at_once(
    lines: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: str | None,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    """One sentence, before any database or model is opened."""
    if written is not None:
        lines.write_bytes(written.encode("utf-8", "surrogateescape"))
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, ["evaluate", str(lines), *arguments])
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("gongyou: ")
    assert told in line
    assert not (tmp_path / "var").exists()

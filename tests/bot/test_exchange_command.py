"""`gongyou export`, `import`, `stations` and `courses`, as an administrator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import app
from knowledge.exchange.columns import COLUMNS

GUIDE = Path(__file__).parents[2] / "docs" / "import.md"
ROWS = """名称,地区,地址,经度,纬度,坐标系,类型,设施,开放时间
观海路驿站,莱山区,莱山区观海路1号,121.4460,37.4790,GCJ-02,驿站,饮水、充电,每天8点到20点，周日休息
迎春大街驿站,莱山县,莱山区迎春大街2号,,,,驿站,饮水,24小时
港城大街驿站,莱山区,莱山区港城大街3号,,,,驿站,沙发,24小时
枫林路驿站,莱山区,莱山区枫林路4号,,,,驿站,饮水,看情况
"""


@pytest.fixture
def house(demonstration_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with the demonstration, and a folder for files."""
    monkeypatch.setenv("DATABASE_URL", demonstration_url)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    return tmp_path


def run(*command: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == code, result.output
    return result.output


def test_three_bad_rows_are_told_then_put_right_then_imported(house: Path) -> None:
    """A dry run first; the hours are shown as a week and the point on a map."""
    file = house / "站点.csv"
    file.write_text(ROWS, "gb18030")
    told = run("import", str(file), code=1)
    assert "站点.csv:3: 地区: 没有“莱山县”这个地区" in told
    assert "站点.csv:4: 设施: 不认识“沙发”" in told
    assert "站点.csv:5: 开放时间: 读不懂“看情况”" in told
    assert "3 things to put right in 3 rows; nothing was imported" in told
    right = (
        ROWS.replace("莱山县", "莱山区").replace("沙发", "座位").replace("看情况", "周末9:00-18:00")
    )
    file.write_text(right, "gb18030")
    dry = run("import", str(file))
    assert "stations: 4 new, 0 changed, 0 unchanged" in dry
    assert "周一至周六 08:00-20:00; 周日 不开" in dry
    assert "https://uri.amap.com/marker" in dry
    assert "dry run" in dry
    assert "imported" in run("import", str(file), "--write", "--as", "王敏")
    again = run("import", str(file), "--write")
    assert "0 new, 0 changed, 4 unchanged" in again
    assert "nothing has changed" in again


def test_what_is_exported_is_imported_again_as_the_same(house: Path) -> None:
    """A table, a folder and a zip."""
    for name, what in (("s.xlsx", "stations"), ("s.geojson", "stations"), ("c.csv", "courses")):
        run("export", what, str(house / name), "--region", "foshan")
        assert "0 new, 0 changed" in run("import", str(house / name))
    assert "files in" in run("export", "everything", str(house / "all"), "--region", "yantai")
    assert (house / "all" / "stations" / "yantai.yaml").exists()
    run("export", "everything", str(house / "all.zip"), "--region", "yantai")
    for name in ("all", "all.zip"):
        told = run("import", str(house / name))
        assert "stations: 0 new, 0 changed" in told
        assert "articles: 0 new, 0 changed" in told


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("thing", list(COLUMNS))
def test_there_is_a_template_of_each_table_in_both_languages(
    house: Path, thing: str, language: str
) -> None:
    """Its second sheet says what the columns are; it needs no store to be read again."""
    file = house / "t.xlsx"
    run("export", thing, str(file), "--template", "--language", language)
    book = load_workbook(file)
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head == [column.name(language) for column in COLUMNS[thing]]  # type: ignore[index]
    assert book.worksheets[1].max_row == len(head) + 1
    assert "表里没有内容" in run("import", str(file), code=1)


def test_a_file_that_is_none_gets_one_sentence(house: Path) -> None:
    """In the language asked for."""
    file = house / "s.xlsx"
    file.write_bytes(b"nothing")
    assert "这不是Excel工作簿" in run("import", str(file), code=1)
    assert "no Excel workbook" in run("import", str(file), "--language", "en", code=1)
    assert "can't be read" in run("import", str(house / "none.csv"), "--language", "en", code=1)
    elsewhere = ("export", "stations", str(house / "x.csv"), "--region", "nowhere")
    assert "There is no region 'nowhere'." in run(*elsewhere, "--language", "en", code=1)


def test_hours_are_shown_as_they_are_read() -> None:
    """Without any store."""
    told = run("stations", "hours", "周一至周五 9:00-17:30，节假日不开")
    assert told.splitlines()[0] == "Mo-Fr 09:00-17:30; PH off"
    assert "周六、周日 不开" in told
    assert "Public holidays closed" in told
    assert "读不懂“看情况”" in run("stations", "hours", "看情况", code=1)


def test_the_offices_lists_and_steps(house: Path) -> None:
    """Places that are closed for now, courses that are told."""
    assert "there are none" in run("stations", "reports")
    run("stations", "close", "beijing-wangjing", "--until", "2099-12-31", "--reason", "装修")
    assert "open again" in run("stations", "reopen", "beijing-wangjing")
    assert "There is no place nowhere." in run("stations", "reopen", "nowhere", code=1)
    assert "0 settled" in run("stations", "settle", "beijing-wangjing")
    assert "there are none" in run("stations", "duplicates")
    assert "foshan-tea" in run("courses", "list", "--region", "foshan")
    assert "0 told" in run("courses", "tell", "foshan-tea", "请带围裙")
    assert "no time" in run("courses", "move", "foshan-tea", "morgen", "2026-12-02 19:00", code=2)
    assert "no meeting to come" in run(
        "courses", "cancel", "foshan-tea", "--at", "2020-01-01 19:00", code=1
    )


@pytest.mark.parametrize("thing", list(COLUMNS))
def test_the_guide_names_every_column(thing: str) -> None:
    """In Chinese and in English."""
    text = GUIDE.read_text("utf-8")
    missing = [
        column.key
        for column in COLUMNS[thing]  # type: ignore[index]
        if f"| {column.zh} | `{column.key}` |" not in text
    ]
    assert missing == []

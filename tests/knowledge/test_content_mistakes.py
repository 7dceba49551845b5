"""Each kind of mistake in the content is told with file, line and reason."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

import knowledge
from knowledge.content_schema import ContentError, read_content

FOLDER = Path(knowledge.__path__[0]) / "content"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "content")


@dataclass(frozen=True)
class Mistake:
    """In `file`, the first `old` becomes `new`; told on the line of the first `at` then."""

    file: str
    old: str
    new: str
    at: str
    reason: str
    further: int = 0
    """How many lines below that of `at`."""
    told: str | None = None
    """The file that is told, when it is another one; its line isn't looked at then."""

    def make(self, folder: Path) -> int:
        """Spoil the file: the line that must be told."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert self.old in text, f"{self.old!r} doesn't stand in {self.file}"
        text = text.replace(self.old, self.new, 1)
        path.write_text(text, encoding="utf-8")
        return text[: text.index(self.at)].count("\n") + 1 + self.further


MISTAKES = {
    "an unknown key": Mistake(
        "lines.yaml",
        old="for_crisis: true",
        new="for_crysis: true",
        at="for_crysis",
        reason="unknown key 'for_crysis'",
    ),
    "a missing key": Mistake(
        "sectors.yaml",
        old="  sector: express\n",
        new="",
        at="- code: weihai-jingkai-express",
        reason="the key 'sector' is missing",
    ),
    "a day that isn't there": Mistake(
        "schemes.yaml",
        old="checked_on: 2026-11-24",
        new="checked_on: 2026-02-30",
        at="2026-02-30",
        reason="checked_on",
    ),
    "a day in another form": Mistake(
        "schemes.yaml",
        old="checked_on: 2026-11-24",
        new="checked_on: 20261124",
        at="20261124",
        reason="YYYY-MM-DD",
    ),
    "a time without a colon": Mistake(
        "events.yaml", old='start: "20:00"', new="start: 2000", at="start: 2000", reason="HH:mm"
    ),
    "one language only": Mistake(
        "sources.yaml",
        old=", en: Workers' Daily}",
        new="}",
        at="paper: {zh: 工人日报}",
        reason="the key 'paper.en' is missing",
    ),
    "an empty text": Mistake(
        "regions.yaml",
        old="{zh: 全国, en: China}",
        new='{zh: 全国, en: " "}',
        at='en: " "',
        reason="there is no text",
    ),
    "a code twice": Mistake(
        "sectors.yaml",
        old="- code: weihai-jingkai-freight",
        new="- code: weihai-jingkai-express",
        at="sector: freight",
        reason="the code 'weihai-jingkai-express' is taken already",
        further=-1,
    ),
    "an unknown region": Mistake(
        "stations/haikou.yaml",
        old="region: haikou-longhua",
        new="region: haikou-longhau",
        at="haikou-longhau",
        reason="unknown region 'haikou-longhau'",
    ),
    "a region of another city": Mistake(
        "stations/haikou.yaml",
        old="region: haikou-longhua",
        new="region: foshan-shunde",
        at="foshan-shunde",
        reason="'foshan-shunde' doesn't lie in 'haikou'",
    ),
    "an unknown parent": Mistake(
        "regions.yaml",
        old="parent: shandong",
        new="parent: shangdong",
        at="shangdong",
        reason="unknown region 'shangdong'",
    ),
    "a level above its parent's": Mistake(
        "regions.yaml",
        old="parent: shandong\n  level: city",
        new="parent: shandong\n  level: province",
        at="parent: shandong",
        reason="a province can't stand below a province",
    ),
    "an unknown source": Mistake(
        "sectors.yaml",
        old="source: P3",
        new="source: P33",
        at="source: P33",
        reason="unknown source 'P33'",
    ),
    "days for a decision that no source says": Mistake(
        "regions.yaml",
        old="  decision_source: demo\n",
        new="",
        at="- code: weihai-jingkai",
        reason="the working days for a decision need a source",
    ),
    "days for a decision of an unknown source": Mistake(
        "regions.yaml",
        old="decision_source: demo",
        new="decision_source: P33",
        at="decision_source: P33",
        reason="unknown source 'P33'",
    ),
    "hours that nobody can read": Mistake(
        "stations/weihai.yaml",
        old='"Mo-Su 10:00-02:00"',
        new='"10点到2点"',
        at="10点到2点",
        reason="OpenStreetMap",
    ),
    "half a position": Mistake(
        "stations/weihai.yaml",
        old="  lat: 37.4868\n",
        new="",
        at="- code: weihai-huangguan-circle",
        reason="'lat' and 'lon' are given together",
    ),
    "an amenity that we don't know": Mistake(
        "stations/weihai.yaml",
        old="[water, seat, charging]",
        new="[water, sofa]",
        at="[water, sofa]",
        reason="amenities.1",
    ),
    "a trade without a name": Mistake(
        "stations/guiyang.yaml",
        old="{who: trade, trade: sanitation}",
        new="{who: trade}",
        at="{who: trade}",
        reason="'trade' is given just when who is trade",
    ),
    "a phone without its first digit": Mistake(
        "persons.yaml", old='"13900000001"', new='"3900000001"', at='"3900000001"', reason="phone"
    ),
    "an ID number with a wrong check digit": Mistake(
        "persons.yaml",
        old="000000198803120126",
        new="000000198803120121",
        at="000000198803120121",
        reason="check digit is wrong",
    ),
    "a number twice": Mistake(
        "persons.yaml",
        old="number: YT-2W8H5D",
        new="number: YT-7K3Q9M",
        at='query_code: "706158"',
        reason="the number 'YT-7K3Q9M' is taken already",
        further=-1,
    ),
    "a person twice": Mistake(
        "persons.yaml",
        old='"13900000002"',
        new='"13900000001"',
        at="000000197909250135",
        reason="the phone '13900000001' is taken already",
        further=-1,
    ),
    "an unknown course": Mistake(
        "persons.yaml",
        old="course: foshan-baking-bread",
        new="course: foshan-bread",
        at="course: foshan-bread",
        reason="unknown course 'foshan-bread'",
    ),
    "waiting while a seat is free": Mistake(
        "courses.yaml",
        old="    seats: 20\n    taken: 20",
        new="    seats: 20\n    taken: 19",
        at="seats: 20\n    taken: 19",
        reason="a seat is free in 'foshan-drone-first-flight'",
        told="persons.yaml",
    ),
    "steps in another order": Mistake(
        "persons.yaml",
        old="{step: review, state: done, on: 2026-10-15}",
        new="{step: paid, state: done, on: 2026-10-15}",
        at="    - number: YT-7K3Q9M",
        reason="steps of this scheme are, in order: apply, review, paid",
        further=6,
    ),
    "a paper that nobody asks for": Mistake(
        "persons.yaml",
        old="[discharge_summary]",
        new="[love_letter]",
        at="[love_letter]",
        reason="the scheme asks for no paper 'love_letter'",
    ),
    "an unknown topic": Mistake(
        "courses.yaml",
        old="topic: baking",
        new="topic: bakery",
        at="topic: bakery",
        reason="unknown topic 'bakery'",
    ),
    "sessions out of order": Mistake(
        "courses.yaml",
        old='{day: +12, start: "19:00"',
        new='{day: +4, start: "19:00"',
        at="    sessions:",
        reason="sessions stand in order of time",
    ),
    "a key twice": Mistake(
        "lines.yaml",
        old="  kind: police\n",
        new="  kind: police\n  kind: fire\n",
        at="  kind: fire",
        reason="the key 'kind' stands here twice",
    ),
    "an alias": Mistake(
        "lines.yaml",
        old="region: cn\n",
        new="region: &cn cn\n  about: *cn\n",
        at="region: &cn",
        reason="anchors and aliases aren't used",
    ),
    "a quote that isn't closed": Mistake(
        "lines.yaml",
        old='number: "122"',
        new='number: "122',
        at="- code: psychological",
        reason="not YAML",
        further=1,
    ),
    "an article that isn't there": Mistake(
        "articles/hotline.yaml",
        old="related:\n  - ",
        new="related:\n  - no-",
        at="  - no-",
        reason="unknown article 'no-",
    ),
    "a question that another article answers": Mistake(
        "articles/hotline.yaml",
        old="similar:\n  zh:\n",
        new="similar:\n  zh:\n    - 报销要哪些材料\n",
        at="报销要哪些材料",
        reason="'claim-documents' answers this question already",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_file_line_and_reason(folder: Path, mistake: Mistake) -> None:
    """Whoever writes content finds the place at once."""
    line = mistake.make(folder)
    with pytest.raises(ContentError) as told:
        read_content(folder)
    if mistake.told is not None:
        assert {problem.file for problem in told.value.problems} == {mistake.told}
        assert mistake.reason in told.value.reason
        return
    reasons = [
        problem.reason
        for problem in told.value.problems
        if (problem.file, problem.line) == (mistake.file, line)
    ]
    assert any(mistake.reason in reason for reason in reasons), str(told.value)


def test_name_and_address_of_a_station_are_there_once(folder: Path) -> None:
    """The same station under two codes would be shown twice."""
    path = folder / "stations" / "nanjing.yaml"
    text = path.read_text(encoding="utf-8")
    again = text.replace("code: nanjing-", "code: nanjing-again-")
    path.write_text(text + again[again.index("- code") :], encoding="utf-8")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert len(told.value.problems) == 3
    assert (told.value.file, told.value.line) == (
        "stations/nanjing.yaml",
        text.count("\n") + 2,
    )
    assert "the name and address '新街口骑手驿站" in told.value.reason


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    """So that nobody mends one to meet the next."""
    for name in ("an unknown key", "a missing key"):
        MISTAKES[name].make(folder)
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert {problem.file for problem in told.value.problems} == {"lines.yaml", "sectors.yaml"}


def test_a_file_that_is_missing_or_that_nobody_reads_is_a_mistake(folder: Path) -> None:
    """A misspelt file name would else mean content that is silently not there."""
    (folder / "lines.yaml").rename(folder / "line.yaml")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert [str(problem) for problem in told.value.problems] == [
        "line.yaml:1: no content is read from such a file",
        "lines.yaml:1: the file is missing",
    ]

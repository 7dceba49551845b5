"""The page: well-formed, harmless, asking nothing of anybody, and true to the report."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from nlu.report import words
from nlu.report.compare import compare
from nlu.report.page import HERE, Look, along, ms, page, percent, points, short
from nlu.report.words import PageLanguage, page_words
from tests.nlu.conftest import ROOT
from tests.nlu.reports import ORIGIN, decided, report, some
from tests.nlu.test_compare import earlier_of

SVG = "{http://www.w3.org/2000/svg}"
LOOK = Look(
    tokens=(ROOT / "bot" / "web" / "tokens.css").read_text(),
    mark=(ROOT / "bot" / "web" / "icons" / "icon.svg").read_text(),
)
EVIL = '</style><script>alert("1")</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}'
VOID = {"meta", "link", "rect", "line", "circle", "path"}


def whole(language: PageLanguage = "zh") -> str:
    """A page with something of everything."""
    now = report()
    against = compare(
        earlier_of(now, {"我想入会": "find_job", "累死了": "smalltalk"}), now.verdicts
    )
    names = {"find_station": "找歇脚驿站"}
    return page(now, ORIGIN, language=language, look=LOOK, names=names, against=against)


class Balance(HTMLParser):
    """Reads as a browser reads, and says which elements were left open or closed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.wrong.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


def read(text: str) -> Balance:
    found = Balance()
    found.feed(text)
    found.close()
    return found


def tree(text: str) -> ElementTree.Element:
    """The page as XML, which it is as well; svg elements without a namespace."""
    return ElementTree.fromstring(text.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_well_formed(language: PageLanguage) -> None:
    """Every element is closed where it should be; ids are given once."""
    found = read(whole(language))
    assert (found.open, found.wrong) == ([], [])
    ids = [attrs["id"] for _, attrs in found.seen if "id" in attrs]
    assert len(ids) == len(set(ids)) == 9
    targets = [attrs["href"] for tag, attrs in found.seen if tag == "a"]
    assert targets == [f"#{id_}" for id_ in ids]
    assert tree(whole(language)).attrib["lang"].startswith(language)


def test_the_page_asks_nothing_of_anybody() -> None:
    """No script, no address of somebody else's, and a policy that forbids both."""
    text = whole()
    found = read(text)
    assert not {"script", "iframe", "img", "object", "embed"} & {tag for tag, _ in found.seen}
    named = [attrs[key] for _, attrs in found.seen for key in ("src", "href") if key in attrs]
    assert all(one is not None and one.startswith(("#", "data:")) for one in named)
    assert not any(key.startswith("on") for _, attrs in found.seen for key in attrs)
    assert set(re.findall(r"https?://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_a_line_with_a_script_in_it_stays_a_line() -> None:
    """In every place where a text of the file is shown."""
    lines = [
        decided(EVIL, "find_station", "find_job", before=(EVIL,), group=EVIL),
        decided(EVIL, EVIL, EVIL + "2", slots={EVIL: EVIL}, slots_wrong={EVIL: [EVIL]}),
        decided("x", "crisis", "smalltalk", ask_back=(EVIL, EVIL), runner_up=(EVIL, 0.5)),
    ]
    now = report(lines)
    against = compare(earlier_of(now, {EVIL: "crisis", "x": "crisis"}), now.verdicts)
    origin = ORIGIN.model_copy(update={"file": EVIL, "model": EVIL})
    found = page(now, origin, names={"find_station": EVIL}, against=against)
    parsed = read(found)
    assert (parsed.open, parsed.wrong) == ([], [])
    assert not {"script", "img"} & {tag for tag, _ in parsed.seen}
    assert not any("onerror" in attrs for _, attrs in parsed.seen)
    assert "49" not in "".join(tree(found).find("body").itertext())  # type: ignore[union-attr]
    said = [node.text for node in tree(found).iter("p") if node.get("class") == "said"]
    assert EVIL in said


def test_the_pictures_count_what_the_report_counts() -> None:
    """Cells, bars and dots, read out of the page."""
    now = report()
    body = tree(whole())
    cells = [cell for cell in body.iter("g") if cell.get("class") == "cell"]
    wrong = 0
    for cell in cells:
        counts = {str(node.get("class")): str(node.text) for node in cell.iter("text")}
        wrong += int(counts.get("count of-wrong", 0)) + int(counts.get("count plus", "+0")[1:])
        assert cell.findtext("title")
    assert wrong == len(now.wrong)
    bars = [node for node in body.iter("rect") if "column" in str(node.get("class"))]
    assert sum(int(bar.attrib["data-count"]) for bar in bars) == now.all.of
    dots = [node for node in body.iter("g") if node.get("class") == "bin"]
    lines = [int(node.text or 0) for dot in dots for node in dot.iter("text")]
    assert lines == [count for _, _, count in now.calibration]


def test_the_page_has_every_wrong_line_in_its_order() -> None:
    """With wanted, chosen, runner-up, confidence, reasons and the earlier lines."""
    body = tree(whole())
    section = next(node for node in body.iter("section") if node.get("id") == "wrong")
    said = [node.text for node in section.iter("p") if node.get("class") == "said"]
    assert len(said) == len(report().wrong)
    assert said[:2] == ["撑不下去", "累死了"]
    text = " ".join("".join(section.itertext()).split())
    assert "先说的：有什么烘焙课" in text
    for word in (
        "find_station 20.0%",
        "71.0%",
        "正是该去的",
        "known by heart",
        "反问了find_activity · find_station",
    ):
        assert word in text


def test_the_headline_says_what_was_missed() -> None:
    """A missed cry for help stands out in words, not by colour alone."""
    text = " ".join("".join(tree(whole()).itertext()).split())
    assert "漏了 1 句" in text
    found = [d for d in some() if d.line.text != "撑不下去"]
    assert "一句没漏" in page(report(found), ORIGIN)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_little_or_nothing_to_show_is_no_error(language: PageLanguage) -> None:
    """No mistakes, no slots, no comparison; a route of a later release."""
    for lines in ([decided("你好", "smalltalk")], [decided("x", "new_route", "newer_route")]):
        found = read(page(report(lines), ORIGIN, language=language))
        assert (found.open, found.wrong) == ([], [])


def test_the_languages_say_the_same_things() -> None:
    """The same keys with the same values in them, and none that no template asks for."""
    zh, en = page_words("zh"), page_words("en")
    places = re.compile(r"{\w+}")
    assert {key: set(places.findall(text)) for key, text in zh.texts.items()} == {
        key: set(places.findall(text)) for key, text in en.texts.items()
    }
    assert (set(zh.group_names), set(zh.route_names)) == (set(en.group_names), set(en.route_names))
    written = "".join(
        file.read_text() for file in (*HERE.glob("*.j2"), *HERE.glob("*.py")) if file.is_file()
    )
    unused = [key for key in zh.texts if f'"{key}"' not in written and f"'{key}'" not in written]
    assert unused == []
    assert {file.stem for file in words.TEXTS.iterdir()} == {"zh", "en"}


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0%"), (1.0, "100%"), (0.9142, "91.4%"), (0.9999, "99.9%"), (0.0001, "<0.1%")],
)
def test_a_share_is_not_rounded_to_none_or_all(share: float, shown: str) -> None:
    """One missed in ten thousand is not none."""
    assert percent(share) == shown


def test_figures_are_short() -> None:
    """Points with their sign, milliseconds with the digits that tell something."""
    assert (points(0.0151), points(-0.0713)) == ("+1.5", "−7.1")
    assert (ms(23.41), ms(8.24), ms(0.312)) == ("23", "8.2", "0.31")
    assert (along(0.02, 0.05), along(0.3, 0.25)) == ("40.00%", "100.00%")
    assert short("faq:supplementary-insurance-*", {}) == "supplementary-ins…"
    assert short("find_station", {"find_station": "找歇脚驿站"}) == "找歇脚驿站"

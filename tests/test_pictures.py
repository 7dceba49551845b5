"""The guides' pictures: each that is shown exists, is made by a step, and costs little to load."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.pictures.guides import GUIDES
from tests.pictures.studio import FOLDER

SHOWN = re.compile(r"!\[([^\]]*)\]\(((?:docs/)?pictures/[^)]+)\)")
ANY_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]+\)|<img\b")

MOST_BYTES, MOST_TOGETHER = 120_000, 1_600_000


def pages() -> list[str]:
    return ["README.md", *(f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_is_what_its_steps_make(page: str) -> None:
    """In the same order, each once, from the page's own folder; and nothing else."""
    text = (ROOT / page).read_text("utf-8")
    paths = [path for _, path in SHOWN.findall(text)]
    made = [FOLDER / f"{picture.name}.png" for picture in GUIDES.get(page, ())]
    assert [(ROOT / page).parent / path for path in paths] == made
    assert len(ANY_PICTURE.findall(text)) == len(paths)


@pytest.mark.parametrize("page", GUIDES)
def test_each_picture_is_said_in_words(page: str) -> None:
    """For whoever doesn't see it."""
    words = [alt for alt, _ in SHOWN.findall((ROOT / page).read_text("utf-8"))]
    assert all(len(alt) >= 20 for alt in words), words
    assert len(set(words)) == len(words)


def test_pictures_are_light_and_none_is_left_over() -> None:
    """A guide is read on a phone, too."""
    names = [picture.name for pictures in GUIDES.values() for picture in pictures]
    assert len(set(names)) == len(names)
    sizes = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    assert sizes.keys() == {f"{name}.png" for name in names}
    assert max(sizes.values()) <= MOST_BYTES, sizes
    assert sum(sizes.values()) <= MOST_TOGETHER, sizes

"""What is told by its wording alone, and what is always read wholly."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu import thoughts
from nlu.head import Head
from nlu.match import Question
from nlu.normalise import for_model
from nlu.thresholds import Thresholds
from nlu.train import ModelInfo
from nlu.understanding import Understanding
from nlu.wording import Wording
from nlu.words_first import by_wording
from tests.full_model import vectors
from tests.nlu.conftest import NOW


class Asked:
    """An encoder that tells what it was asked."""

    version = "asked-1"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, text: str) -> NDArray[np.float32]:
        self.texts.append(text)
        return np.ones(384, dtype=np.float32)


@pytest.fixture
def asked() -> Asked:
    """Nothing so far."""
    return Asked()


@pytest.fixture
def reader(model: ModelInfo, questions: list[Question], asked: Asked) -> Understanding:
    """Reads with the small model, and says whom it asks for a meaning."""
    made = Understanding(now=lambda: NOW, encoder=asked)
    made.set_model(model.folder)
    made.set_articles(questions, vectors())
    return made


async def test_what_is_worded_like_a_question_needs_no_meaning(
    reader: Understanding, questions: list[Question], asked: Asked
) -> None:
    """Some more words around it: who reads it, and what it is about."""
    text = next(q.text for q in questions if q.topic == "night-school-cost" and q.language == "zh")
    reading = await reader.read(f"请问一下{text}哈")
    assert (reading.source, reading.vector, asked.texts) == ("wording", None, [])
    assert reader.choose(reading).route == "faq:night-school-cost"


async def test_english_and_pinyin_are_told_by_their_wording_too(
    reader: Understanding, questions: list[Question], asked: Asked
) -> None:
    """English where it is very sure, pinyin as the characters that were meant."""
    english = next(
        q.text for q in questions if q.topic == "night-school-cost" and q.language == "en"
    )
    reading = await reader.read(f"hi {english}")
    assert (reading.source, reader.choose(reading).route) == ("wording", "faq:night-school-cost")
    pinyin = await reader.read("qing wen wo yao ruhui")
    assert (pinyin.source, reader.choose(pinyin).route) == ("wording", "join_union")
    assert asked.texts == []


@pytest.mark.parametrize("sign", ["", "‘", "😊", "…"])
def test_english_is_english_whatever_signs_a_phone_puts_in(
    reader: Understanding, questions: list[Question], sign: str
) -> None:
    """It must be surer than Chinese, with curly quotes or a face as well."""
    english = next(
        q.text for q in questions if q.topic == "night-school-cost" and q.language == "en"
    )
    text, limits = f"hi {sign}{english}", Thresholds.load()
    ready = for_model(text)
    assert by_wording(text, ready, reader.index, limits) is not None
    never = replace(limits, worded_english=1.1)
    assert by_wording(text, ready, reader.index, never) is None


@pytest.mark.parametrize(
    "text",
    [
        "这日子过得一点盼头都没了",
        "人死了会不会就不痛了",
        "How much does the evening school cost please",
        "I read the night school fee and said goodbye to everyone",
        "qwrt zxcv 桌子上面的云",
    ],
)
async def test_the_rest_is_read_wholly(reader: Understanding, asked: Asked, text: str) -> None:
    """What may be a cry, English that isn't very sure, and what is like nothing known."""
    assert (await reader.read(text)).source == "head"
    assert asked.texts


async def test_of_a_long_text_every_stretch_is_asked(
    reader: Understanding, questions: list[Question], asked: Asked
) -> None:
    """What is long may be told by its wording, unless a stretch of it hints at a cry for help."""
    text = next(q.text for q in questions if q.topic == "night-school-cost" and q.language == "zh")
    long = f"你好呀，{text}，我就想问问这个，{text}，谢谢你们了"
    assert thoughts.cut(long)
    assert (await reader.read(long)).source == "wording"
    dark = f"{long}，我是不想再撑下去了，今晚就跟大家告别了"
    assert (await reader.read(dark)).source != "wording"


def test_a_hint_grows_with_either_look(model: ModelInfo) -> None:
    """A cry hints more than a question, and more where the look at all labels sees one, too."""
    head, wording = Head.load(model.head), Wording.load(model.folder / "wording.npz")
    assert wording.hint_of("不想活了，活着没意思", head) > wording.hint_of("夜校要钱吗", head)
    assert wording.hint("夜校要钱吗", 0.5, head) > wording.hint("夜校要钱吗", 0.0, head) > 0


async def test_a_new_article_counts_at_once(
    reader: Understanding, questions: list[Question], asked: Asked
) -> None:
    """What the wording was sure of is no longer, as soon as another article asks the same."""
    text = next(q.text for q in questions if q.topic == "night-school-cost" and q.language == "zh")
    said = f"请问一下{text}哈"
    assert (await reader.read(said)).source == "wording"
    new = [Question("cooking-school", "zh", f"{start}{text}") for start in ("请问", "请问一下")]
    reader.set_articles([*questions, *new], vectors())
    assert (await reader.read(said)).source == "head"


async def test_a_model_of_before_reads_wholly(
    model: ModelInfo, questions: list[Question], asked: Asked, tmp_path: Path
) -> None:
    """Until the next one is made, an update of the house costs nothing but time."""
    old = shutil.copytree(model.folder, tmp_path / "old")
    (old / "wording.npz").unlink()
    made = Understanding(now=lambda: NOW, encoder=asked)
    made.set_model(old)
    made.set_articles(questions, vectors())
    assert (await made.read("请问一下我想加入工会怎么加哈")).source == "head"


def test_a_wording_is_the_same_after_saving(model: ModelInfo, tmp_path: Path) -> None:
    """And another format is refused."""
    head, wording = Head.load(model.head), Wording.load(model.folder / "wording.npz")
    wording.save(tmp_path / "wording.npz")
    again = Wording.load(tmp_path / "wording.npz")
    assert again.ranked("我要入会", head) == wording.ranked("我要入会", head)
    assert sum(share for _, share in again.ranked("", head)) == pytest.approx(1.0)
    with (tmp_path / "old.npz").open("wb") as file:
        np.savez(file, format=np.array(0))
    with pytest.raises(ValueError, match="format 0"):
        Wording.load(tmp_path / "old.npz")

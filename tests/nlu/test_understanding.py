"""From a text to a reading and a choice, through the real parts."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu import train as training
from nlu.choose import Context
from nlu.client import RasaClient
from nlu.match import Question
from nlu.server import RasaServer
from nlu.slots.place_names import PlaceName, PlaceNames
from nlu.spelling import common_pairs
from nlu.train import ModelInfo
from nlu.understanding import Understanding
from tests.full_model import vectors
from tests.nlu.conftest import NOW, ROOT, VECTORS

RASA_PYTHON = ROOT / ".venv-nlu" / "bin" / "python"

TEXTS = (
    "我是送外卖的，想加入工会，要带什么",
    "手机快没电了，附近哪里能充一下",
    "Where can I warm up my lunch near here?",
    "站长扣了我三个月工资，还把我踢出群了，工会管不管这个事情呀，求求了",
    "我想如会",
    "wo de baoxiao dao na yi bu le",
    "我想報名禮拜五的花藝課",
    "夜校一学期多少钱哪",
    "😀😀 hello 你好 😀",
    "。。。",
    "/start",
    "哈哈哈哈哈哈哈哈",
    "啊" * 5000,
    "我的客户说他不给钱了 " * 60,
)


@pytest.mark.parametrize("text", ["👍", "😭😭", "❤️", "？", "……", " . "])
async def test_a_sign_alone_is_small_talk(understanding: Understanding, text: str) -> None:
    """There is no word in it that could be out of scope."""
    assert (await understanding.read(text)).best == ("smalltalk", 1.0)


async def test_a_text_known_word_for_word_needs_no_model(
    understanding: Understanding, model: ModelInfo, questions: list[Question]
) -> None:
    """A training sentence, an article's own question, a button's label; in any dress."""
    text, route = json.loads((model.folder / "texts.json").read_text("utf-8"))[0]
    reading = await understanding.read(text + "！！")
    assert (reading.source, reading.best) == ("known", (route, 1.0))
    asked = await understanding.read(questions[0].text.upper())
    assert (asked.source, asked.vector) == ("known", None)
    assert understanding.choose(asked).route == f"faq:{questions[0].topic}"
    understanding.set_labels({"🏠 找驿站": "find_station"})
    assert (await understanding.read("找驿站")).best == ("find_station", 1.0)


async def test_a_crisis_is_seen_in_the_whole_text(understanding: Understanding) -> None:
    """Before anything is cut, and whatever else the text wants."""
    reading = await understanding.read("我要入会，" * 1500 + "算了，我不想活了")
    assert reading.crisis is not None
    assert understanding.choose(reading).route == "crisis"


async def test_a_new_article_is_found_without_training(
    understanding: Understanding, questions: list[Question]
) -> None:
    """As soon as it is set; taken away, its topic is never chosen."""
    asked = "无人机飞手考试在哪个考场考呀"
    before = understanding.choose(await understanding.read(asked))
    assert before.route != "faq:drone-exam"
    new = [
        Question("drone-exam", "zh", "无人机飞手的考试在哪里考"),
        Question("drone-exam", "zh", "飞手考场在什么地方"),
    ]
    understanding.set_articles([*questions, *new], vectors())
    choice = understanding.choose(await understanding.read(asked))
    assert choice.route == "faq:drone-exam"
    understanding.set_articles([q for q in questions if q.topic != "night-school-cost"])
    for question in questions:
        if question.topic == "night-school-cost":
            choice = understanding.choose(await understanding.read(question.text + "嘛"))
            assert choice.route != "faq:night-school-cost"


async def test_places_of_the_store_are_found(understanding: Understanding) -> None:
    """By the names that the application gives."""
    understanding.set_places(PlaceNames([PlaceName("三里屯", "landmark", ("Sanlitun",))]))
    choice = understanding.choose(await understanding.read("sanlitun附近能充电的地方"))
    assert choice.slots.place == "三里屯"
    assert "charging" in choice.slots.amenities


async def test_without_a_model_rules_still_read() -> None:
    """Before the first training: crisis, labels, and out of scope for the rest."""
    bare = Understanding(now=lambda: NOW)
    assert not bare.ready
    assert bare.choose(await bare.read("我不想活了")).route == "crisis"
    reading = await bare.read("我要入会")
    assert (reading.source, bare.choose(reading).route) == ("rules", "out_of_scope")
    bare.set_labels({"我要入会": "join_union"})
    assert bare.choose(await bare.read("我要入会")).route == "join_union"


async def test_a_dead_rasa_is_not_noticed(model: ModelInfo, understanding: Understanding) -> None:
    """Nobody listens at its address: the head in process reads the same."""
    rasa = RasaClient(lambda: "http://127.0.0.1:9", timeout=0.2)
    alone = Understanding(now=lambda: NOW, rasa=rasa)
    alone.share_model(understanding)
    sources = set()
    for text in TEXTS[:6]:
        reading = await alone.read(text)
        sources.add(reading.source)
        assert reading.routes == (await understanding.read(text)).routes
    assert "head" in sources
    assert "rasa" not in sources
    await alone.close()


async def test_many_at_once_are_all_read(understanding: Understanding) -> None:
    """One after another where there is one core for it."""
    readings = await asyncio.gather(
        *(understanding.read(f"第{n}次问，会费多少") for n in range(40))
    )
    assert all(reading.routes for reading in readings)


@given(st.text(max_size=200))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_crashes_it(understanding: Understanding, text: str) -> None:
    """Every text gets a route with a share between 0 and 1."""
    choice = understanding.choose(asyncio.run(understanding.read(text)), Context(shown="station"))
    assert choice.route
    assert 0 <= choice.confidence <= 1.0001


@pytest.mark.rasa
@pytest.mark.timeout(300)
@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's interpreter is not installed")
async def test_rasa_reads_what_the_head_in_process_reads(
    tmp_path: Path, taught: Path, questions: list[Question]
) -> None:
    """The same routes and vectors within rounding, and a swap loses nothing."""
    made = training.train(
        articles=questions, out=tmp_path, taught=taught, vectors=VECTORS, rasa_python=RASA_PYTHON
    )
    assert made.rasa_model is not None
    server = RasaServer(RASA_PYTHON, tmp_path / "rasa")
    rasa = RasaClient(lambda: server.address, timeout=20.0)
    running = asyncio.create_task(server.run(made.rasa_model))
    try:
        async with asyncio.timeout(120):
            while server.address is None:
                await asyncio.sleep(0.1)
        # The encoder is there before the first text: it takes longer than a rider's text waits.
        assert "onnxruntime" in Path(f"/proc/{server.pid}/maps").read_text()
        with_rasa = Understanding(now=lambda: NOW, rasa=rasa)
        in_process = Understanding(now=lambda: NOW)
        for each in (with_rasa, in_process):
            each.set_model(made.folder)
        sources = Counter[str]()
        for text in TEXTS:
            there, here = await with_rasa.read(text), await in_process.read(text)
            sources[there.source] += 1
            assert there.source == ("rasa" if here.source == "head" else here.source), text
            assert dict(there.routes) == pytest.approx(dict(here.routes), abs=1e-4), text
            if here.vector is not None and there.vector is not None:
                assert np.allclose(there.vector, here.vector, atol=1e-4), text
        assert sources["rasa"] >= 5
        assert await server.swap(made.rasa_model)
        assert (await with_rasa.read("换了模型之后还在不在")).source == "rasa"
    finally:
        await rasa.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_what_the_first_text_would_wait_for_is_loaded_before(understanding: Understanding) -> None:
    """The encoder and jieba's words; without a model there is nothing to fail on."""
    common_pairs.cache_clear()
    understanding.warm_up()
    assert common_pairs.cache_info().currsize == 1
    assert understanding.encoder.__dict__["_model"] is not None
    Understanding(now=lambda: NOW).warm_up()

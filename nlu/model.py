"""A model's folder, which one is in use, and which are kept.

A model is a folder `models/<fingerprint>/` under the data directory: `head.npz`, `wording.npz`,
`neighbours.npz`, `texts.json`, `info.json`, and `rasa.tar.gz` where a Python 3.10 with Rasa was at
hand. It appears whole or not at all; `models/current` names the one in use.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from nlu import history

Progress = Callable[[str, int, int], None]
"""Called with (step, done, of): `sentences`, `vectors`, `head`, `gate`, `rasa`."""

KEPT_MODELS = 3
"""Of those that were in use: the one that is, and those to go back to. And the newest made."""


def silent(_step: str, _done: int, _of: int) -> None:
    """The progress that nobody wants to know."""


class TrainingError(RuntimeError):
    """No model could be made; the message says why, in one sentence."""


@dataclass(frozen=True)
class ModelInfo:
    """What a model was made of; `anyway` is why it was let in though the gate refused it."""

    fingerprint: str
    folder: Path
    sentences: int
    questions: int
    labels: tuple[str, ...]
    encoder: str
    seconds: float
    rasa: bool
    anyway: str = ""

    @property
    def head(self) -> Path:
        """The classifier's file."""
        return self.folder / "head.npz"

    @property
    def rasa_model(self) -> Path | None:
        """The packed Rasa model, if one was trained."""
        return self.folder / "rasa.tar.gz" if self.rasa else None


def current(var: Path) -> Path | None:
    """The folder of the model in use, None if there is none (or only half a one)."""
    try:
        name = (var / "models" / "current").read_text("utf-8").strip()
    except OSError:
        return None
    folder = var / "models" / name
    return folder if name and (folder / "info.json").is_file() else None


def info(folder: Path) -> ModelInfo:
    """What is written beside a model.

    Raises:
        OSError, ValueError, TypeError: it is no model's folder.
    """
    kept = json.loads((folder / "info.json").read_text("utf-8"))
    kept["labels"] = tuple(kept["labels"])
    return ModelInfo(folder=folder, **kept)


def use(var: Path, name: str) -> None:
    """Make a model the current one; running houses take it up by themselves."""
    write(var / "models" / "current", name)


def forget_old(models: Path) -> None:
    """Keep the newest few of those that were in use, and the newest of all, which may come in."""
    folders = [folder for folder in models.iterdir() if folder.is_dir()]
    folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    whole = [folder for folder in folders if (folder / "info.json").is_file()]
    order = [*reversed(history.used(history.read(models))), *(folder.name for folder in whole)]
    there = {folder.name: folder for folder in whole}
    kept = [there[name] for name in dict.fromkeys(order) if name in there][:KEPT_MODELS]
    for folder in folders:
        if folder not in (*kept, *whole[:1], current(models.parent)):
            shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, text: str) -> None:
    half = path.with_name(path.name + ".half")
    with half.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def write_info(made: ModelInfo) -> None:
    """Write down beside a model what it is."""
    values = asdict(made)
    del values["folder"]
    write(made.folder / "info.json", json.dumps(values, indent=1))

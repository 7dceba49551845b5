"""Makes a model (`nlu/model.py`) from sentences and articles, and packs it for Rasa."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from nlu import features, fitting, head, history, sentences
from nlu.embed import E5Encoder, Encoder, KeptVectors
from nlu.kept_texts import KeptTexts, prepared
from nlu.match import Question
from nlu.model import (
    ModelInfo,
    Progress,
    TrainingError,
    current,
    forget_old,
    info,
    silent,
    use,
    write,
    write_info,
)
from nlu.neighbours import neighbours_of
from nlu.normalise import for_model, key
from nlu.routes import faq, topic_of

__all__ = [
    "ModelInfo",
    "TrainingError",
    "current",
    "examples",
    "fingerprint",
    "info",
    "kept_vectors",
    "pack",
    "rasa_environment",
    "stale",
    "train",
]

ROOT = Path(__file__).parents[1]
CONFIG = Path(__file__).parent / "rasa" / "config.yml"
RASA_TRAINING_LIMIT = 900.0
"""Seconds after which `rasa train nlu` is given up; it takes 15 to 25."""


def examples(
    articles: Sequence[Question],
    taught: Path = sentences.HERE,
    reviewed: Sequence[tuple[str, str]] = (),
    form_of: Callable[[str], str] = key,
) -> list[tuple[str, str]]:
    """All training pairs (text as written, label), each text once."""
    loaded = sentences.load_leniently(taught, form_of)
    pairs = [(sentence.text, sentence.route) for sentence in loaded]
    seen = {form_of(text) for text, _ in pairs}
    asked = [(question.text, faq(question.topic)) for question in articles]
    for text, label in [*reviewed, *asked]:
        form = form_of(text)
        if form and form not in seen:
            seen.add(form)
            pairs.append((text, label))
    return pairs


def fingerprint(
    articles: Sequence[Question],
    encoder: Encoder | None = None,
    taught: Path = sentences.HERE,
    reviewed: Sequence[tuple[str, str]] = (),
    form_of: Callable[[str], str] = key,
) -> str:
    """Names what a model would be made of now: sentences, questions, encoder, the head's form."""
    return _name(examples(articles, taught, reviewed, form_of), encoder or E5Encoder())


def _name(pairs: Sequence[tuple[str, str]], encoder: Encoder) -> str:
    digest = hashlib.blake2b(digest_size=8)
    forms = [encoder.version, head.FORMAT, fitting.VERSION, features.VERSION]
    digest.update(json.dumps(forms).encode())
    digest.update(CONFIG.read_bytes())
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for text, label in sorted(pairs):
        digest.update(encode([text, label]).encode())
    return digest.hexdigest()


def stale(
    var: Path,
    articles: Sequence[Question],
    reviewed: Sequence[tuple[str, str]] = (),
    taught: Path = sentences.HERE,
) -> bool:
    """Whether there is no model, or its sentences have changed since.

    What they make now may have been refused by the gate or left for the model before: then it is
    not made again until they change.
    """
    folder = current(var)
    if folder is None:
        return True
    # What the last training has folded needn't be folded again to see that it is the same.
    folded = KeptTexts.beside(var / "vectors").words()

    def form_of(text: str) -> str:
        return folded[text][1] if text in folded else key(text)

    name = fingerprint(articles, taught=taught, reviewed=reviewed, form_of=form_of)
    return folder.name != name and name not in history.set_aside(history.read(var / "models"))


def train(
    *,
    articles: Sequence[Question],
    reviewed: Sequence[tuple[str, str]] = (),
    out: Path,
    rasa_python: Path | None = None,
    progress: Progress = silent,
    activate: bool = True,
    taught: Path = sentences.HERE,
    vectors: Path | None = None,
) -> ModelInfo:
    """Make a model under `out` (the data directory) and, unless told otherwise, make it current.

    Without any trial: `nlu/retrain.py` puts the gate between.

    The head is fitted here with the same function that the Rasa component uses, then packed by
    `rasa train nlu` if `rasa_python` (the 3.10 interpreter) is given. Vectors of texts seen
    before are taken from `vectors` (`out/vectors` if None). `taught` is the sentences'
    folder, `reviewed` are sentences (text, route) that were accepted from use.

    Raises:
        TrainingError: no sentences, or Rasa's training failed (the head's model stands then).
    """
    began = time.monotonic()
    encoder = E5Encoder()
    pairs = examples(articles, taught, reviewed)
    if len({label for _, label in pairs}) < 3:
        raise TrainingError("there are no training sentences to learn from")
    name = _name(pairs, encoder)
    progress("sentences", len(pairs), len(pairs))
    folder = out / "models" / name
    kept = KeptVectors(vectors or out / "vectors", encoder)
    with _alone(out / "models"):
        if not (folder / "info.json").is_file():
            half = _fresh(out / "models" / f"{name}.half")
            write_info(_make(half, name, pairs, kept, progress, began))
            shutil.rmtree(folder, ignore_errors=True)
            half.rename(folder)
        else:
            # An update of the house may read otherwise than what is kept for its starts.
            prepared([text for text, _ in pairs], for_model, KeptTexts.beside(kept.path.parent))
        if activate:
            use(out, name)
        forget_old(out / "models")
    if rasa_python is None:
        return info(folder)
    return pack(folder, rasa_python, progress)


def pack(folder: Path, rasa_python: Path, progress: Progress = silent) -> ModelInfo:
    """Pack a model for Rasa, from its own texts, if it isn't packed yet.

    Raises:
        TrainingError: Rasa's training failed (the head's model stands).
    """
    with _alone(folder.parent):
        made = info(folder)
        if made.rasa:
            return made
        began = time.monotonic()
        progress("rasa", 0, 1)
        pairs = json.loads((folder / "texts.json").read_text("utf-8"))
        _train_rasa(folder, pairs, rasa_python)
        made = replace(made, rasa=True, seconds=round(made.seconds + time.monotonic() - began, 2))
        write_info(made)
        progress("rasa", 1, 1)
    return made


def _make(
    half: Path,
    name: str,
    pairs: Sequence[tuple[str, str]],
    kept: KeptVectors,
    tell: Progress,
    began: float,
) -> ModelInfo:
    """The head and all that goes with it, in a folder that nobody reads yet."""
    file = KeptTexts.beside(kept.path.parent)
    read = prepared([text for text, _ in pairs], for_model, file)
    embedded = kept.get([one.ready for one in read], lambda done, of: tell("vectors", done, of))
    tell("head", 0, 1)
    placed = [one.placed for one in read]
    fitted, wording = fitting.fit(placed, embedded, [label for _, label in pairs])
    fitted.save(half / "head.npz")
    wording.save(half / "wording.npz")
    own = [row for row, (_, label) in enumerate(pairs) if topic_of(label) is None]
    neighbours_of(
        [placed[row] for row in own], [pairs[row][1] for row in own], embedded[own], fitted
    ).save(half / "neighbours.npz")
    write(half / "texts.json", json.dumps(pairs, ensure_ascii=False))
    tell("head", 1, 1)
    return ModelInfo(
        fingerprint=name,
        folder=half,
        sentences=len(own),
        questions=len(pairs) - len(own),
        labels=fitted.labels,
        encoder=kept.encoder.version,
        seconds=round(time.monotonic() - began, 2),
        rasa=False,
    )


@contextlib.contextmanager
def _alone(models: Path) -> Iterator[None]:
    """Two processes that train at once would write over each other's half-made model."""
    models.mkdir(parents=True, exist_ok=True)
    with (models / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train_rasa(folder: Path, pairs: Sequence[tuple[str, str]], rasa_python: Path) -> None:
    work = _fresh(folder.with_name(f"{folder.name}.rasa"))
    pipeline = yaml.safe_load(CONFIG.read_text("utf-8"))
    for component in pipeline["pipeline"]:
        if component["name"].endswith("E5Featurizer"):
            component["embed_training_texts"] = False
        if component["name"].endswith("HeadClassifier"):
            component["fitted"] = str((folder / "head.npz").resolve())
    write(work / "config.yml", yaml.safe_dump(pipeline, sort_keys=False))
    # The head is fitted already. What Rasa is given it only prints and counts, to tell whether it
    # is new: with all texts and vectors that was most of the time that packing took.
    few = {label: [text, label] for text, label in pairs}
    write(work / "examples.json", json.dumps(list(few.values()), ensure_ascii=False))
    command = [os.path.abspath(rasa_python), "-m", "rasa", "train", "nlu"]
    command += ["--config", "config.yml", "--nlu", "examples.json", "--out", "."]
    command += ["--fixed-model-name", "rasa"]
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env=rasa_environment(work),
            capture_output=True,
            text=True,
            timeout=RASA_TRAINING_LIMIT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingError(f"Rasa could not be trained: {error}") from error
    if done.returncode != 0 or not (work / "rasa.tar.gz").is_file():
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise TrainingError(f"Rasa's training ended with code {done.returncode}: {last}")
    (work / "rasa.tar.gz").replace(folder / "rasa.tar.gz")
    shutil.rmtree(work, ignore_errors=True)


def rasa_environment(home: Path) -> dict[str, str]:
    """All that a Rasa process learns of the world: no credentials, no settings of the house."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home.resolve()),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "MPLCONFIGDIR": str(home.resolve()),
    }


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def kept_vectors(folder: Path) -> KeptVectors:
    """The vectors kept in a folder, computed where they are missing."""
    return KeptVectors(folder, E5Encoder())

"""Makes a model, tries it, and lets it in or not; and goes back to the one before."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu import history, model, sentences
from nlu import train as training
from nlu.gate import Judgement
from nlu.history import Entry
from nlu.model import ModelInfo, Progress, TrainingError, silent
from nlu.trial import Surroundings, Trial, tried_meanwhile, try_out


@dataclass(frozen=True)
class Outcome:
    """What came of a training.

    Attributes:
        made: the new model.
        using: the model that is in use now.
        judgement: what the gate said; None if the new one was in use already, or was not made at
            all.
    """

    made: ModelInfo
    using: ModelInfo | None
    judgement: Judgement | None

    @property
    def admitted(self) -> bool:
        """The new model is the one in use."""
        return self.using is not None and self.using.fingerprint == self.made.fingerprint

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "model": self.made.fingerprint,
            "admitted": self.admitted,
            "anyway": self.made.anyway or None,
            "in_use": self.using.fingerprint if self.using is not None else None,
            "sentences": self.made.sentences,
            "questions": self.made.questions,
            "labels": len(self.made.labels),
            "rasa": self.made.rasa,
            "gate": self.judgement.to_json() if self.judgement is not None else None,
        }


def retrain(
    *,
    out: Path,
    around: Surroundings,
    trial: Trial,
    reviewed: Sequence[tuple[str, str]] = (),
    taught: Path = sentences.HERE,
    rasa_python: Path | None = None,
    anyway: str = "",
    progress: Progress = silent,
) -> Outcome:
    """Make a model under `out` (the data directory) and, if the gate lets it, take it into use.

    Args:
        out: the data directory.
        around: the articles that it learns from, and what else a model reads with.
        trial: the lines that it is tried on.
        reviewed: sentences (text, route) that were accepted from use.
        taught: the folder of the training sentences.
        rasa_python: Rasa's interpreter, to pack the model in use for it.
        anyway: why it is to be let in even if the gate refuses it.
        progress: told of each step.

    Raises:
        TrainingError: no model could be made, or not packed.
    """
    before = model.current(out)
    with tried_meanwhile(trial, before, around) as earlier:
        made = training.train(
            articles=around.articles,
            reviewed=reviewed,
            out=out,
            taught=taught,
            vectors=around.vectors,
            activate=False,
            progress=progress,
        )
        judgement = None
        if before is None or made.folder != before:
            with _packed_meanwhile(made, rasa_python):
                judgement = try_out(trial, made.folder, before, around, earlier, progress)
    if judgement is not None and (judgement.admitted or anyway):
        made = _let_in(out, made, judgement, anyway, around.at)
    elif judgement is not None:
        entry = Entry(around.at, "refused", made.fingerprint, judgement.reasons)
        history.add(out / "models", entry)
    using = _pack(out, around, rasa_python, progress)
    if using is not None and using.fingerprint == made.fingerprint:
        made = using
    return Outcome(made, using, judgement)


def keep(out: Path, around: Surroundings, rasa_python: Path | None, tell: Progress) -> ModelInfo:
    """Leave the model in use as it is, packed for Rasa if it wasn't.

    Raises:
        TrainingError: there is none, or it can't be packed.
    """
    using = _pack(out, around, rasa_python, tell)
    if using is None:
        raise TrainingError("there is no model; run `gongyou train`")
    return using


def back(out: Path, at: datetime) -> Path:
    """Take the model that was in use before into use again.

    What is left is not made again by itself until its sentences change.

    Raises:
        TrainingError: there is none to go back to.
    """
    models, using, before = out / "models", model.current(out), earlier(out)
    if before is None:
        raise TrainingError("there is no model before this one to go back to")
    # In this order: killed between, the model in use is still the one that is left.
    if using is not None:
        history.add(models, Entry(at, "left", using.name))
    model.use(out, before)
    return models / before


def earlier(out: Path) -> str | None:
    """The model that was in use before and is still there; None if there is none to go back to."""
    models, using = out / "models", model.current(out)
    kept = [
        name
        for name in history.used(history.read(models))
        if (models / name / "info.json").is_file() and (using is None or name != using.name)
    ]
    return kept[-1] if kept else None


def _let_in(
    out: Path, made: ModelInfo, judgement: Judgement, anyway: str, at: datetime
) -> ModelInfo:
    models, before = out / "models", model.current(out)
    reason = "" if judgement.admitted else anyway
    if made.anyway != reason:
        made = replace(made, anyway=reason)
        model.write_info(made)
    if before is not None and before.name not in history.used(history.read(models)):
        # Made by an earlier release, which kept no history.
        history.add(models, Entry(at, "used", before.name))
    model.use(out, made.fingerprint)
    history.add(models, Entry(at, "used", made.fingerprint, (reason,) if reason else ()))
    return made


@contextlib.contextmanager
def _packed_meanwhile(made: ModelInfo, rasa_python: Path | None) -> Iterator[None]:
    """Pack a model for Rasa while it is tried, since it is nearly always let in.

    What goes wrong shows when the model in use is packed.
    """
    with ThreadPoolExecutor(1) as beside:
        if rasa_python is not None:
            beside.submit(training.pack, made.folder, rasa_python)
        yield


def _pack(
    out: Path, around: Surroundings, rasa_python: Path | None, tell: Progress
) -> ModelInfo | None:
    """The model in use, packed for Rasa where there is one."""
    folder = model.current(out)
    if folder is None:
        return None
    if rasa_python is None:
        return model.info(folder)
    return training.pack(folder, rasa_python, tell)

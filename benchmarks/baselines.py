"""Two cheap readers of the same sentences: what the wording alone gives, and the meaning alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.paired import Answer
from nlu import routes
from nlu.evaluate import Line
from nlu.normalise import for_model
from nlu.train import kept_vectors

WORDING_STRENGTH = 100.0
MEANING_STRENGTH = 0.01
"""Inverse of the regularisation, in steps of ten the best on the choosing set."""

STEPS = 300


def answers(
    learnt: Sequence[tuple[str, str]], lines: Sequence[Line], vectors: Path
) -> dict[str, list[Answer]]:
    """Both readers' answers to lines as they are, without what was said before.

    Both get what our model gets, the folded text; `vectors` is the folder of the learnt ones'.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    texts, labels = [for_model(text) for text, _ in learnt], [label for _, label in learnt]
    asked = [for_model(line.text) for line in lines]
    kept = kept_vectors(vectors)
    meant = np.stack([kept.encoder.embed(text) for text in asked])
    # One thread is hardly slower, and on a busy machine much faster than two that wait.
    with threadpool_limits(1):
        found = {
            "tf-idf": _wording().fit(texts, labels).predict_proba(asked),
            "e5": _meaning().fit(kept.get(texts), labels).predict_proba(meant),
        }
    classes = sorted(set(labels))
    return {name: _answers(shares, classes, lines) for name, shares in found.items()}


def _wording() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pieces = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    return make_pipeline(pieces, LogisticRegression(C=WORDING_STRENGTH, max_iter=STEPS))


def _meaning() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=MEANING_STRENGTH, max_iter=STEPS))


def _answers(
    shares: NDArray[np.float64], classes: Sequence[str], lines: Sequence[Line]
) -> list[Answer]:
    """The likeliest class that is a route: one that leans leaves open what a line is about."""
    named = np.array([name not in routes.LEANING for name in classes])
    best = np.where(named, shares, -1.0).argmax(axis=1)
    chosen = [classes[at] for at in best]
    return [
        Answer(line, route, route == line.route) for line, route in zip(lines, chosen, strict=True)
    ]

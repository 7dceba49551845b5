"""No long pauses of Python's collector in a process that answers people.

A house holds some million objects (sentences, how characters follow each other, articles). To look
through them all for circles stops everything for a third of a second.
"""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 50)
"""A turn makes some thousand objects; nearly all of them are gone without the collector."""


LOADING = (200_000, 20, 50)
"""What is loaded stays; to look through it again and again took a sixth of a start."""


def look_seldom() -> None:
    """While a command loads what it needs."""
    gc.set_threshold(*LOADING)


def pass_over_what_stays() -> None:
    """What is there now stays: the collector looks at what comes after it, and less often.

    To be called when everything is loaded, again after much was exchanged.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)

"""The short soak: 500 messages through a house that is killed all the while."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.soak.soak import Plan, soak


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_the_books_balance_after_500_messages_and_many_kills(
    tmp_path: Path, full_model: Path
) -> None:
    """Each message handled once, each effect once, each reply once, nothing sent twice."""
    vectors = ROOT / ".cache" / "vectors"
    run = await soak(
        Plan(messages=500, conversations=20, kill_every=30),
        tmp_path,
        full_model.parent,
        vectors,
    )
    assert run.books.wrong == [], run.books.figures
    assert run.kills.total() >= 5

"""Many texts are compared roughly first; what is nearest is found and compared exactly all the
same.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu import neighbours
from nlu.neighbours import WORDING, Neighbours
from nlu.rough import Rough, greatest

COUNT = 5000


def some(seed: int, count: int) -> NDArray[np.float32]:
    """Vectors of length 1, of which some lie near each other."""
    chance = np.random.default_rng(seed)
    around = chance.standard_normal((40, 384))
    vectors = around[chance.integers(0, 40, count)] + 1.5 * chance.standard_normal((count, 384))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def texts(vectors: NDArray[np.float32], seen: NDArray[np.bool_] | None = None) -> Neighbours:
    """As many texts; the places 3, 5 and 8 occur in some of them."""
    chance = np.random.default_rng(2)
    stretches = [
        np.sort(chance.choice(len(vectors), part, replace=False)) for part in (10, 400, 2500)
    ]
    return Neighbours(
        labels=tuple(str(number) for number in range(len(vectors))),
        vectors=vectors,
        places=np.array([3, 5, 8]),
        starts=np.cumsum([0, *map(len, stretches)]),
        rows=np.concatenate(stretches).astype(np.int32),
        weights=chance.random(sum(map(len, stretches))).astype(np.float32),
        seen=seen,
    )


def exactly(
    of: Neighbours,
    index: NDArray[np.int64],
    weight: NDArray[np.float32],
    vector: NDArray[np.float32],
) -> NDArray[np.float32]:
    """What the likeness is, worked out plainly."""
    shared = np.zeros(len(of.labels))
    for place, value in zip(index.tolist(), weight.tolist(), strict=True):
        if place in of.places:
            at = of.places.tolist().index(place)
            stretch = slice(of.starts[at], of.starts[at + 1])
            shared[of.rows[stretch]] += of.weights[stretch] * value
    return (WORDING * shared + (1 - WORDING) * (of.vectors @ vector)).astype(np.float32)


INDEX = np.array([1, 3, 5, 8, 9])
WEIGHT = np.array([0.1, 0.7, 0.5, 0.3, 0.4], dtype=np.float32)


@pytest.mark.parametrize("asked", range(20))
def test_the_nearest_of_many_are_found_and_exact(asked: int) -> None:
    of, vector = texts(some(1, COUNT)), some(100 + asked, 1)[0]
    wanted = exactly(of, INDEX, WEIGHT, vector)
    found = of.likeness(INDEX, WEIGHT, vector)
    nearest = np.argsort(-wanted)[:40]
    assert set(np.argsort(-found)[:40]) == set(nearest)
    assert found[nearest] == pytest.approx(wanted[nearest], abs=1e-6)
    assert np.abs(found - wanted).max() < 0.01


def test_few_texts_are_all_exact() -> None:
    of, vector = texts(some(1, 2600)), some(7, 1)[0]
    few = Neighbours(
        of.labels[:500], of.vectors[:500], np.array([3]), np.array([0, 2]),
        np.array([4, 9], dtype=np.int32), np.array([0.5, 1.0], dtype=np.float32),
    )  # fmt: skip
    wanted = exactly(few, INDEX, WEIGHT, vector)
    assert few.likeness(INDEX, WEIGHT, vector) == pytest.approx(wanted, abs=1e-6)


def test_what_has_no_vector_yet_compares_by_its_wording() -> None:
    seen = np.ones(COUNT, dtype=np.bool_)
    seen[::2] = False
    of, vector = texts(some(1, COUNT), seen), some(7, 1)[0]
    by_wording = of.likeness(INDEX, WEIGHT, None)
    assert (of.likeness(INDEX, WEIGHT, vector)[::2] == by_wording[::2]).all()
    assert by_wording.max() > 0


def test_a_text_without_any_known_place_shares_nothing() -> None:
    of = texts(some(1, COUNT))
    assert not of.likeness(np.array([77]), np.ones(1, dtype=np.float32), None).any()
    nothing = np.zeros(0, dtype=np.int64)
    assert not of.likeness(nothing, np.zeros(0, dtype=np.float32), None).any()


def test_rough_products_are_about_right() -> None:
    vectors, vector = some(1, 3000), some(5, 1)[0]
    off = np.abs(Rough(vectors).products(vector) - vectors @ vector)
    assert off.mean() < 0.001
    assert off.max() < 0.006


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 100, 191, 192, 209, 1000, 23_281])
@pytest.mark.parametrize("count", [1, 12, 64])
def test_the_greatest_are_found(length: int, count: int) -> None:
    values = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    found = greatest(values, count)
    assert sorted(found.tolist()) == sorted(np.argsort(-values)[:count].tolist())


def test_so_many_are_looked_at_that_those_with_a_say_are_among_them() -> None:
    from nlu.match import NEAREST

    assert neighbours.LOOKED_AT >= 4 * NEAREST

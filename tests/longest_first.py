"""Files that took longest begin first, so that no process works alone at the end of `make test`.

How long they took is kept from the last run that was spread over several processes; what was never
run counts by its number of tests, as xdist counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

KEPT = "gongyou/seconds"
"""Where pytest's cache has the seconds of each file."""

TESTS_A_SECOND = 10.0
"""In the mean, where nothing is known."""


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


class _Watch:
    """Adds up what each file takes, in the process that hears of all tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[_file(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        took = {name: round(seconds, 1) for name, seconds in self._seconds.items()}
        self._config.cache.set(KEPT, self._config.cache.get(KEPT, {}) | took)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):
        config.pluginmanager.register(_Watch(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not hasattr(config, "workerinput"):
        return  # one process: in the order in which they were named
    tests = Counter(_file(item.nodeid) for item in items)
    took = config.cache.get(KEPT, {})

    def order(item: pytest.Item) -> tuple[float, str]:
        name = _file(item.nodeid)
        return -took.get(name, tests[name] / TESTS_A_SECOND), name

    items.sort(key=order)

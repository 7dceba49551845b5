"""A port for a process that is told it: free, and given to nobody else meanwhile."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from nlu.ports import free_port

GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_it_is_none_that_the_system_gives_away() -> None:
    """Who binds port 0 meanwhile gets another one."""
    first, last = map(int, GIVEN.read_text().split())
    assert not any(first <= free_port() <= last for _ in range(20))


def test_one_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setattr("nlu.ports.PORTS", range(port, port + 1))
    assert free_port() == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        with pytest.raises(OSError, match="no free port"):
            free_port()

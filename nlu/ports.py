"""A port for a process that is told its port before it listens."""

from __future__ import annotations

import random
import socket

PORTS = range(20_000, 32_000)
"""Below those that the system gives to whoever asks for any (Linux: from 32768 on,
`net.ipv4.ip_local_port_range`): while a process starts, nobody else is given its port."""

TRIES = 200


def free_port() -> int:
    """A port of loopback that nobody listens on.

    Raises:
        OSError: there is none.
    """
    chance = random.SystemRandom()  # processes that were seeded alike don't meet
    for port in chance.sample(PORTS, min(TRIES, len(PORTS))):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port between {PORTS.start} and {PORTS.stop}")

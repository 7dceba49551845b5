"""Who runs PostgreSQL here, and who still runs it from last time."""

from __future__ import annotations

import os
import pwd
import signal
import stat
import time
from collections.abc import Iterable
from pathlib import Path

#: Users that PostgreSQL may run as when we are root, which it refuses. The first that exists.
UNPRIVILEGED = ("postgres", "nobody")


def server_user(must_reach: Iterable[Path]) -> str | None:
    """Whom PostgreSQL runs as, in the words of `knowledge.child`; `None`: as we do.

    Root's folders are left closed: a user who could not pass them keeps the right to, and no
    other of root's.

    Raises:
        LookupError: We are root, and the machine has no user to become.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        closed = any(not _reaches(path, entry.pw_uid, entry.pw_gid) for path in must_reach)
        return f"{entry.pw_uid}:{entry.pw_gid}" + (":dac" if closed else "")
    raise LookupError("no unprivileged user on this machine")


def _reaches(path: Path, uid: int, gid: int) -> bool:
    for folder in (path, *path.parents):
        try:
            found = folder.stat()
        except FileNotFoundError:
            continue
        if found.st_uid == uid:
            bit = stat.S_IXUSR
        elif found.st_gid == gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def left_over(data: Path) -> list[int]:
    """The pids of PostgreSQL processes at work in `data`: each of them stands in that folder."""
    home = str(data.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = str((entry / "cwd").readlink()).removesuffix(" (deleted)")
            name = (entry / "comm").read_text().strip()
        except OSError:
            continue  # gone meanwhile, or another user's
        if here == home and name == "postgres":
            found.append(int(entry.name))
    return sorted(found)


def end_left_over(data: Path, *, patience: float = 20.0) -> int:
    """End PostgreSQL processes of a parent that was killed; how many there were.

    First asked to stop (SIGINT, which loses nothing), then made to.

    Raises:
        TimeoutError: They are still there.
    """
    before = left_over(data)
    for asked, limit in ((signal.SIGINT, patience), (signal.SIGKILL, 5.0)):
        for pid in left_over(data):
            try:
                os.kill(pid, asked)
            except ProcessLookupError:
                continue
        until = time.monotonic() + limit
        while left_over(data):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        else:
            return len(before)
    raise TimeoutError(f"PostgreSQL of an earlier run (pid {left_over(data)}) does not end")


def forget_stale_lock(data: Path) -> None:
    """Take away `postmaster.pid` when its pid, in use again by now, is no PostgreSQL of ours.

    PostgreSQL itself would trust any living pid and refuse to start. To be called when no
    process is at work in `data`.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)

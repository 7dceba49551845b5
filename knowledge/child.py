"""Become a child that doesn't outlive its parent: the last step before a server's own program.

Run as a script, by path, under any Python without its site packages, because code between fork
and exec of a process with threads is no place for Python:

    python -I -S knowledge/child.py PARENT SIGNAL USER -- PROGRAM ARGUMENT…

`PARENT` is the pid that the child belongs to, `SIGNAL` the number it gets when that one is gone
(also after `kill -9`, which no handler of the parent's would see). `USER` is `-`, or `UID:GID` to
give root away, or `UID:GID:dac` to keep of root's rights only the one to pass closed folders.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

# linux/prctl.h and linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

#: What the shell says, too, when a program could not be started.
NOT_STARTED = 126


def command(
    parent: int, on_death: int, program: list[str], *, user: str | None = None
) -> list[str]:
    """The command line that starts `program` as a child of `parent`."""
    script = str(Path(__file__).resolve())
    return [
        sys.executable,
        "-I",
        "-S",
        script,
        str(parent),
        str(on_death),
        user or "-",
        "--",
        *program,
    ]


def _prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def _keep_only(capability: int) -> None:
    """Hold `capability` and no other, also over the exec."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    class Sets(ctypes.Structure):
        _fields_ = (
            ("effective", ctypes.c_uint32),
            ("permitted", ctypes.c_uint32),
            ("inheritable", ctypes.c_uint32),
        )

    mask = 1 << capability
    header = Header(CAPABILITY_VERSION_3, 0)
    sets = (Sets * 2)(Sets(mask, mask, mask), Sets(0, 0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(header), sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _become(user: str) -> None:
    uid, gid, *kept = user.split(":")
    if kept:
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))
    if kept:
        _keep_only(CAP_DAC_OVERRIDE)


def main(arguments: list[str]) -> None:
    parent, on_death, user, _, *program = arguments
    try:
        if user != "-":
            _become(user)
        # After the change of user, which would clear it.
        _prctl(PR_SET_PDEATHSIG, int(on_death))
        if os.getppid() != int(parent):
            raise ProcessLookupError("the parent has gone already")
        os.execv(program[0], program)  # noqa: S606  a shell is what we don't want here
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error}\n")
        raise SystemExit(NOT_STARTED) from error


if __name__ == "__main__":
    main(sys.argv[1:])

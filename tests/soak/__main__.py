"""`python -m tests.soak --messages 10000`: the long soak, with its figures."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from tests.soak.soak import Plan, soak


def main() -> int:
    """Run it and print the books; 1 if they don't balance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--kill-every", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=7200.0)
    given = parser.parse_args()
    plan = Plan(
        messages=given.messages, conversations=given.conversations, kill_every=given.kill_every,
        seed=given.seed, limit=given.limit,
    )  # fmt: skip
    data = Path(os.environ.get("GONGYOU_DATA_DIR") or "var").resolve()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        Path(folder).chmod(0o755)
        run = asyncio.run(soak(plan, Path(folder), data / "models", data / "vectors"))
    print(f"{plan.messages} messages of {plan.conversations} riders in {run.seconds:.0f} s")
    for name, figures in (("kills", run.kills), ("faults", run.faults)):
        print(f"{name}: " + ", ".join(f"{what} {n}" for what, n in sorted(figures.items())))
    for what, figure in run.books.figures.items():
        print(f"{what:24}{figure:>10}")
    for wrong in run.books.wrong:
        print(f"WRONG: {wrong}")
    print("the books balance" if not run.books.wrong else "the books don't balance")
    return 1 if run.books.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

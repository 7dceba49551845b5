"""`scripts/bootstrap` on machines that lack something. What needs the package index isn't tried."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: What a bare machine has: no Python among it.
TOOLS = (
    *("sh", "awk", "cat", "cut", "df", "dirname", "flock", "id", "mkdir", "mktemp", "rm"),
    *("sha256sum", "env"),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone, as far as the script looks at it."""
    made = tmp_path / "checkout"
    for folder in ("scripts", "requirements"):
        shutil.copytree(ROOT / folder, made / folder)
    shutil.copy(ROOT / "pyproject.toml", made)
    return made


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder of programs without any Python."""
    made = tmp_path / "bin"
    made.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found is not None:
            (made / name).symlink_to(found)
    return made


def bootstrap(
    checkout: Path, *parts: str, path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [checkout / "scripts" / "bootstrap", *parts],
        env={
            "PATH": str(path) if path else os.environ["PATH"],
            "HOME": str(home),
            "UV_OFFLINE": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def stamp(checkout: Path, name: str) -> str:
    files = (checkout / "requirements" / f"{name}.txt", checkout / "pyproject.toml")
    text = b"".join(file.read_bytes() for file in files)
    done = subprocess.run(["sha256sum"], input=text, capture_output=True, check=True)
    return done.stdout.decode().split()[0]


def environment(checkout: Path, folder: str) -> Path:
    """One that looks installed."""
    made = checkout / folder / "bin"
    made.mkdir(parents=True)
    (made / "python").symlink_to(sys.executable)
    return made.parent


def test_without_any_python_it_says_what_to_install(checkout: Path, bare_path: Path) -> None:
    """Exit code 3, one sentence, nothing half-made."""
    done = bootstrap(checkout, "app", path=bare_path)
    assert done.returncode == 3
    assert "no Python 3.12 or newer was found" in done.stderr
    assert "try again" in done.stderr
    assert not (checkout / ".venv").exists()


def test_without_python_310_it_says_that_the_house_runs_without_rasa(
    checkout: Path, bare_path: Path
) -> None:
    """The house takes the code 3 for "not to be had" and goes on."""
    environment(checkout, ".venv")
    (checkout / ".venv" / "bin" / "uv").symlink_to(Path(sys.executable).parent / "uv")
    done = bootstrap(checkout, "nlu", path=bare_path)
    assert done.returncode == 3
    assert "no Python 3.10 was found" in done.stderr
    assert "understands by itself" in done.stderr


@pytest.mark.parametrize(
    ("folder", "part"), [(".venv", "app"), (".venv", "dev"), (".venv-nlu", "nlu")]
)
def test_what_is_installed_already_is_left_alone(checkout: Path, folder: str, part: str) -> None:
    """`make run` every day costs a blink."""
    made = environment(checkout, folder)
    (made / f".installed-{part}").write_text(stamp(checkout, part) + "\n")
    began = time.monotonic()
    done = bootstrap(checkout, part)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 3


def test_all_of_dev_is_enough_to_run(checkout: Path) -> None:
    """A developer's `make run` doesn't take the tests' tools away."""
    made = environment(checkout, ".venv")
    (made / ".installed-dev").write_text(stamp(checkout, "dev") + "\n")
    assert bootstrap(checkout, "app").stderr == ""


def test_an_unknown_part_is_refused(checkout: Path) -> None:
    """With the parts there are."""
    done = bootstrap(checkout, "everything")
    assert done.returncode == 2
    assert "app, dev, nlu or browser" in done.stderr


@pytest.mark.parametrize("name", ["app", "dev", "nlu"])
def test_requirements_are_pinned_hashed_and_name_no_host(name: str) -> None:
    """Whoever installs gets what was tested, from whichever index they use."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = text.replace("\\\n", " ").splitlines()
    for entry in entries:
        if entry.strip() and not entry.startswith("#"):
            assert "==" in entry, entry
            assert "--hash=sha256:" in entry, entry
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_dev_has_the_same_pins_as_app() -> None:
    """What is tested is what runs."""

    def pins(name: str) -> set[str]:
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
        return {line.split()[0] for line in lines if "==" in line}

    assert pins("app") <= pins("dev")

"""The build that ratios are taken against: an earlier commit, set up beside this one.

Belongs here: which commit, its files, an environment with its pins. Does not: what is measured.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# The build of 2026-11-22.
COMMIT = "6d0b60bc66b49ffb77000c2649f004631624e6e8"
PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "build" / "reference" / COMMIT[:7]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")

# Its own processes find it too, whatever folder they are started in.
PROGRAM = """#!{python}
import os

os.environ["PYTHONSAFEPATH"] = "1"
from orchestration.entry import main

main()
"""


class NoReference(RuntimeError):
    """The earlier build is not available here; the message says why."""


@cache
def reference() -> Path:
    """The earlier build's `plumbline`, set up once and kept below `build/`; raises NoReference.

    Its environment has every pin of its own lock. A library that both builds pin at one version is
    read where it is already installed; only the others are installed again.
    """
    program = FOLDER / ".venv" / "bin" / "plumbline"
    if not (FOLDER / ".complete").exists():
        _unpack()
        _install(program)
        (FOLDER / ".complete").touch()
    return program


def _unpack() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(
        ["git", "-C", str(PROJECT), "archive", COMMIT], capture_output=True, check=False
    )
    if archive.returncode:
        raise NoReference(f"this clone has no commit {COMMIT[:7]}")
    subprocess.run(["tar", "-x", "-C", str(FOLDER)], input=archive.stdout, check=True)


def _install(program: Path) -> None:
    environment = FOLDER / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    python = environment / "bin" / "python"
    wanted = FOLDER / "requirements-other.lock"
    wanted.write_text("\n".join(_other_pins()) + "\n", "utf-8")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    done = subprocess.run([*pip, "-r", str(wanted)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoReference(f"its libraries could not be installed: {done.stderr.strip()[-300:]}")
    # In this order: what was just installed, the earlier build itself, what is shared.
    shared = sysconfig.get_path("purelib")
    packages = environment / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    (packages / "site-packages" / "reference.pth").write_text(f"{FOLDER}\n{shared}\n", "utf-8")
    program.write_text(PROGRAM.format(python=python), "utf-8")
    program.chmod(0o755)


def _other_pins() -> list[str]:
    """The earlier lock's pins, with their hashes, that this environment lacks or has in another
    version."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (FOLDER / "requirements.lock").read_text("utf-8"))
    return [block for block in blocks if (pin := PIN.match(block)) and not _is_here(*pin.groups())]


def _is_here(name: str, wanted: str) -> bool:
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False

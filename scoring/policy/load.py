"""A directory of policy YAML as one checked PolicySet.

Belongs here: finding a set and reading it whole. Does not: its shapes, checks and rows.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from scoring.policy.assemble import assemble
from scoring.policy.checks import check
from scoring.policy.confirmations import confirmed, record_of
from scoring.policy.files import yaml_files
from scoring.policy.model import PolicySet
from scoring.policy.needs import check_needs
from scoring.policy.overrides import rebuilt
from scoring.policy.sections import CONFIRMATIONS, Raw, add_topic
from scoring.policy.yaml_lines import NoSuchPolicy, PolicyError, read

SETS = Path(__file__).with_name("sets")
# The user's own sets lie below PLUMBLINE_HOME, each in a folder, where `policy new` writes them.
OWN_SETS = "policy"


def default_set() -> str:
    """The name of the set that runs when none is named; it is data too."""
    return read(SETS / "default.yaml").value["default"]


def policy_dir(name: str | None = None) -> Path:
    """The directory of a shipped set, of the user's own under PLUMBLINE_HOME, or `name` itself when
    it is a directory.

    Raises NoSuchPolicy naming the sets there are.
    """
    name = name or default_set()
    own = Path(os.environ.get("PLUMBLINE_HOME") or Path.cwd()) / OWN_SETS
    for candidate in (SETS / name, own / name, Path(name)):
        if candidate.is_dir():
            return candidate
    shipped = sorted(p.name for p in SETS.iterdir() if p.is_dir())
    # The confirmations of a shipped set lie there too, in a folder of its name.
    mine = sorted(p.name for p in own.glob("*") if p.is_dir() and p.name not in shipped)
    known = ", ".join([*shipped, *mine])
    raise NoSuchPolicy(f"no policy set {name!r}: name one of {known}, or a directory of YAML")


def load_policy(name_or_dir: str | Path | None = None) -> PolicySet:
    """Read, check and freeze a policy set; None is the default set.

    Raises NoSuchPolicy for a name that no set has, PolicyError naming file, line and remedy for the
    first fault found.
    """
    directory = policy_dir(str(name_or_dir) if name_or_dir else None)
    files = yaml_files(directory)
    if not files:
        raise PolicyError(f"{directory}: no policy here; write one YAML file per topic")
    record = record_of(directory, SETS)
    if record not in files and record.is_file():
        files.append(record)
    return _read(directory, tuple((file, file.read_bytes()) for file in files))


@lru_cache(maxsize=8)
def _read(directory: Path, files: tuple[tuple[Path, bytes], ...]) -> PolicySet:
    """The set of these files; the same bytes are read once per process, since that takes half a
    second and a set is frozen."""
    raw = Raw(directory)
    for file, _ in files:
        add_topic(read(file), raw)
    policy = confirmed(assemble(raw), tuple(raw.members.get(CONFIRMATIONS, ())))
    policy = rebuilt(policy)
    check(policy, raw)
    check_needs(policy, directory)
    return policy

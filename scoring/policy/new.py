"""Another vendor's policy set, written from the worked skeleton.

Belongs here: copying the skeleton under a name, with schemas for editors. Does not: the skeleton's
own rules (`skeleton/`), and judging a set.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from scoring.policy.common_topic import FILE as COMMON
from scoring.policy.common_topic import common_topic
from scoring.policy.load import OWN_SETS, SETS, load_policy
from scoring.policy.schema import CASES, LINE, ORDINARY, TOPIC, schemas
from scoring.policy.yaml_lines import PolicyError, read

SKELETON = Path(__file__).with_name("skeleton")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
TOKEN = "@NAME@"
# The document in the skeleton that stands for the user's own rules.
OWN_RULES = "own_rules"


def write_set(name: str, home: Path, to: Path | None = None) -> list[Path]:
    """Write a set into `to`, else into `home`/policy/`name`, whole or not at all; returns its
    files.

    Raises PolicyError for an impossible name, and for a place that already holds something.
    """
    if not NAME.fullmatch(name):
        raise PolicyError(f"{name!r}: name a set with lower letters, digits, - and _")
    if to is None and (SETS / name).is_dir():
        raise PolicyError(f"{name} is a set that comes with the product; choose another name")
    target = to or home / OWN_SETS / name
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PolicyError(f"{target}: there is something already; name an empty place with --to")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=target.parent) as folder:
        fresh = Path(folder) / "set"
        for file in sorted(SKELETON.rglob("*.yaml")):
            relative = file.relative_to(SKELETON)
            written = fresh / relative
            written.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text("utf-8").replace(TOKEN, name)
            written.write_text(LINE.format(_schema_of(relative)) + text, "utf-8")
        common = LINE.format(f"./{TOPIC}") + _common(fresh)
        (fresh / COMMON).write_text(common, "utf-8")
        for path, text in schemas().items():
            (fresh / path).write_text(text, "utf-8")
        if target.exists():
            target.rmdir()
        shutil.move(fresh, target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _common(fresh: Path) -> str:
    """The topic that holds what every run looks up and no topic of the skeleton has."""
    topics = [read(file).value for file in sorted(fresh.glob("*.yaml"))]

    def members(section: str) -> list[Any]:
        return [member for topic in topics for member in topic.get(section) or ()]

    judged = [(rule["metric"], rule["program"]) for rule in members("requirements")]
    for ladder in filter(None, (topic.get("ladder") for topic in topics)):
        rules = [rule for tier in ladder["tiers"] for rule in tier["criteria"]]
        judged += [(rule["metric"], ladder["program"]) for rule in rules]
    return common_topic(
        load_policy().parameters,
        [parameter["id"] for parameter in members("parameters")],
        judged,
        [program["id"] for program in members("programs")],
        OWN_RULES,
    )


def _schema_of(relative: Path) -> str:
    if len(relative.parts) == 1:
        return f"./{TOPIC}"
    return f"./{ORDINARY if relative.name == 'ordinary.yaml' else CASES}"

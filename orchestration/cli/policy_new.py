"""`plumbline policy new`: another vendor's policy set.

Belongs here: options and printing. Does not: the set (scoring/policy/skeleton).
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.options import Json, Landing, Policy, Warehouse
from orchestration.home import home


def new(
    name: Annotated[str, typer.Argument(help="The set's name: lower letters, digits, - and _.")],
    to: Annotated[
        Path | None, typer.Option(help="Folder of the set (default: policy/NAME).")
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write an example policy set to adapt: programs, requirements, a ladder, cases that pass."""
    from scoring.policy.cases import load_cases
    from scoring.policy.load import load_policy
    from scoring.policy.new import write_set
    from scoring.policy.yaml_lines import PolicyError

    try:
        files = write_set(name, home(), to)
    except PolicyError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    folder = to or home() / "policy" / name
    held, cases = load_policy(folder), load_cases(folder)
    named = shlex.quote(str(to) if to else name)
    commands = [
        f"plumbline policy coverage --policy {named}",
        f"plumbline policy mutate --policy {named}",
        f"plumbline run --year 2025 --policy {named}",
    ]
    if json:
        options.print_json(
            {
                "folder": folder,
                "files": [path.relative_to(folder) for path in files],
                "programs": [program.id for program in held.programs],
                "requirements": [rule.id for rule in held.requirements],
                "cases": len(cases.cases),
                "commands": commands,
            }
        )
        return
    counts = (
        f"{len(held.programs)} programs, {len(held.requirements)} requirements and "
        f"{len(cases.cases)} cases"
    )
    print(f"{folder}: written, with {counts}")
    print("Change its YAML (an editor with a YAML language server completes it), then:")
    for command in commands:
        print(f"  {command}")

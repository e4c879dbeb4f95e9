"""`plumbline decide`: records a person's decision as a file under `<landing>/decisions/`.

Belongs here: one command a kind of decision, its options from the contract.
Does not: judging a decision, or writing a table: the next run reads the file.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from orchestration.cli import options

group = typer.Typer(
    no_args_is_help=True, help="Record what a person decided; append-only, with who and why."
)
# Command -> entity of the contract that it adds to.
KINDS = {
    "invitation": "premier_invitations",
    "waiver": "waivers",
    "governance": "governance_decisions",
    "summit": "summit_invitations",
    "dispute": "disputes",
}


def register(app: typer.Typer) -> None:
    """Add one command a kind, with the columns of its entity as options."""
    from ingest.contract import entity

    for name, entity_name in KINDS.items():
        spec = entity(entity_name)
        epilog = f"Example: plumbline decide {name} " + " ".join(
            f"--{column} …" for column in spec.required
        )
        group.command(name, help=f"Record a row of decisions/{entity_name}.", epilog=epilog)(
            _command(entity_name)
        )
    app.add_typer(group, name="decide")


def _command(entity_name: str):
    """A function whose signature is the entity's columns, so that flags are named as they are."""
    from ingest.contract import entity

    spec = entity(entity_name)

    def decide(**given: Any) -> None:
        from ingest.decide import record

        places = options.places(
            given.pop("landing"), given.pop("warehouse"), None, given.pop("policy")
        )
        as_json = given.pop("json")
        path = record(places.landing, entity_name, given)
        if as_json:
            options.print_json({"file": str(path), **given})
        else:
            print(f"recorded in {path}; the next run reads it")

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(
            column.name,
            keyword,
            default=None if column.optional else inspect.Parameter.empty,
            annotation=Annotated[
                str | None if column.optional else str,
                typer.Option(*_flags(column.name), help=_help(column)),
            ],
        )
        for column in spec.columns
    ]
    shared = {
        "landing": options.Landing,
        "warehouse": options.Warehouse,
        "policy": options.Policy,
    }
    parameters += [
        inspect.Parameter(name, keyword, default=None, annotation=annotation)
        for name, annotation in shared.items()
    ]
    parameters.append(inspect.Parameter("json", keyword, default=False, annotation=options.Json))
    decide.__signature__ = inspect.Signature(parameters)
    decide.__annotations__ = {p.name: p.annotation for p in parameters}
    return decide


def _flags(column: str) -> tuple[str, ...]:
    """The column's own name, and with hyphens for those who type flags that way."""
    hyphens = column.replace("_", "-")
    return (f"--{column}",) if hyphens == column else (f"--{column}", f"--{hyphens}")


def _help(column) -> str:
    return ", ".join(column.choices) if column.choices else column.kind

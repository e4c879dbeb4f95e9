"""`plumbline decide`: records a person's decision as a file under `<landing>/decisions/`.

Belongs here: one command per kind of decision, its options from the contract.
Does not: judging a decision, or writing a table: the next run reads the file.
"""

from __future__ import annotations

import inspect
import shlex
from typing import Annotated, Any, cast

import typer

from orchestration.cli import options
from orchestration.cli.helping import STAND, Group, add
from scoring.vocabulary import Action

group = typer.Typer(
    no_args_is_help=True,
    help="Record a person's decision, with who and why; records are only ever added.",
)
# Command -> entity of the contract that it adds to, what it records, its example's own values.
KINDS = {
    "invitation": (
        "premier_invitations",
        "An invitation to the highest tier, or its answer",
        {"status": "accepted", "rationale": "Answered by mail on January 20"},
    ),
    "waiver": ("waivers", "A requirement waived for a partner for a time", {}),
    "governance": (
        "governance_decisions",
        "What follows from a review",
        {"program": "reseller", "decision": Action.REMEDIATE, "rationale": "Minimum missed once"},
    ),
    "summit": ("summit_invitations", "An invitation to the partner summit", {}),
    "dispute": (
        "disputes",
        "A partner's objection, as it was settled",
        {"decided_on": "2026-02-10"},
    ),
}
# A value of each column for the examples, and what the column holds.
GIVEN = {
    "partner_id": "P-0055",
    "tier_year": "2026",
    "decided_on": "2026-01-20",
    "decided_by": "A. Reyes",
    "sponsor": "C. Ito",
    "rationale": "The report had been sent in time",
    "waiver_id": "W-0001",
    "program": "reseller",
    "requirement": "RESL-ARR",
    "valid_from": "2026-01-01",
    "valid_to": "2026-06-30",
    "granted_by": "A. Reyes",
    "reason": "Merger under way",
    "review": "2025-H2",
    "summit_year": "2026",
    "dispute_id": "D-0001",
    "period": "2025",
    "raised_on": "2026-02-02",
    "evidence": "mail of 2026-02-02",
    "outcome": "upheld",
}
MEANT = {
    "partner_id": "The partner, by id.",
    "program": "The program, by id, e.g. reseller.",
    "tier_year": "Year in which the tier holds.",
    "decided_on": "Day of the decision.",
    "decided_by": "Who decided.",
    "sponsor": "Who speaks for the partner.",
    "rationale": "Why.",
    "reason": "Why.",
    "waiver_id": "A new id for the waiver.",
    "dispute_id": "A new id for the dispute; a superseding publication cites it.",
    "requirement": "Requirement or criterion, as `explain` names it.",
    "valid_from": "First day.",
    "valid_to": "Last day.",
    "granted_by": "Who granted it.",
    "review": "Review period, e.g. 2025-H2.",
    "summit_year": "Year of the summit.",
    "period": "Year or review period of the disputed decision.",
    "raised_on": "Day on which it was raised.",
    "evidence": "What the partner showed.",
}
WORDS = {"int": "NUMBER", "date": "DAY", "text": "TEXT"}


def register(app: typer.Typer) -> None:
    """Add one command per kind, with the columns of its entity as options."""
    from ingest.judging.contract import entity

    for name, (entity_name, help_text, examples) in KINDS.items():
        flags = " ".join(
            f"--{column} {shlex.quote({**GIVEN, **examples}[column])}"
            for column in entity(entity_name).required
        )
        help_text = f"{help_text}: a row of decisions/{entity_name}."
        add(
            group,
            _command(entity_name),
            f"plumbline decide {name} {flags}",
            name=name,
            help_text=help_text,
        )
    epilog = "Example: plumbline decide waiver --help"
    app.add_typer(group, name="decide", cls=Group, epilog=epilog, rich_help_panel=STAND)


def _command(entity_name: str):
    """A function whose signature is the entity's columns, so that flags are named as they are."""
    from ingest.judging.contract import entity

    spec = entity(entity_name)

    def decide(**values: Any) -> None:
        from ingest.landing.record_decision import BadDecision, record
        from ingest.sources.objects import put_new
        from orchestration.cli.known import say_unknown
        from scoring.policy.decided import fault_of
        from scoring.policy.load import load_policy

        places = options.places(
            values.pop("landing"), values.pop("warehouse"), None, values.pop("policy")
        )
        as_json = values.pop("json")
        options.require_landing(places.landing)
        if fault := fault_of(load_policy(places.policy or None), entity_name, values):
            raise BadDecision(fault)
        path = record(places.landing, entity_name, values)
        if places.address:
            put_new(places.address, path.relative_to(places.landing).as_posix(), path.read_bytes())
        if as_json:
            options.print_json({"file": str(path), **values})
        else:
            print(f"recorded in {path}; the next run reads it")
        if partner := values.get("partner_id"):
            say_unknown(places, partner)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(
            column.name,
            keyword,
            default=None if column.optional else inspect.Parameter.empty,
            annotation=Annotated[
                str | None if column.optional else str,
                typer.Option(
                    *_flags(column.name), metavar=WORDS.get(column.kind, "WORD"), help=_help(column)
                ),
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
    cast(Any, decide).__signature__ = inspect.Signature(parameters)
    decide.__annotations__ = {p.name: p.annotation for p in parameters}
    return decide


def _flags(column: str) -> tuple[str, ...]:
    """The column's own name, and with hyphens for those who type flags that way."""
    hyphens = column.replace("_", "-")
    return (f"--{column}",) if hyphens == column else (f"--{column}", f"--{hyphens}")


def _help(column) -> str:
    return ", ".join(column.choices) if column.choices else MEANT.get(column.name, "")

"""The `plumbline` command: its groups, and what an error looks like.

Belongs here: assembling commands, exit codes. Does not: what a command does.
"""

from __future__ import annotations

import sys
import traceback
from typing import Annotated

import typer

from orchestration.cli import (
    acting,
    data,
    decisions,
    doctoring,
    ledger,
    mending,
    partners,
    people,
    persons,
    policies,
    publishing,
    running,
    sources,
    watching,
    whatif,
    writing_back,
)
from orchestration.cli.door import safe_streams
from orchestration.cli.full_disk import OWN, full_disk
from orchestration.cli.helping import Group

app = typer.Typer(
    name="plumbline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Partner-program analytics: tiers, compliance and reviews, each with its proof.",
    cls=Group,
    epilog="Start with: plumbline demo && plumbline run --year 2025",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        print(f"plumbline {metadata.version('plumbline')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Partner-program analytics: tiers, compliance and reviews, each with its proof."""


for module in (
    running,
    sources,
    doctoring,
    people,
    acting,
    data,
    mending,
    partners,
    watching,
    whatif,
    policies,
    publishing,
    ledger,
    writing_back,
    decisions,
    persons,
):
    module.register(app)

# Wrong use is 2, faults named are 1 (README.md, exit codes).
WRONG_USE = 2
WRONGLY_ASKED = {
    "BadConfig",
    "BadDecision",
    "BadDestination",
    "BadPlace",
    "BadRequest",
    "BundleError",
    "EngineMissing",
    "NoSuchCase",
    "NoSuchOwner",
    "NothingToCompare",
    "NoSuchPeriod",
    "NoSuchPolicy",
    "NoSuchProgram",
    "OutlookError",
    "PartnerLookupError",
    "WarehouseMissing",
    "WhatIfError",
    "WrongOverride",
}
FAULT = 1
# DuckDB's errors about a missing table or column.
NOT_THERE = {"BinderException", "CatalogException"}


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code and never shows a traceback without `--debug`."""
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    with safe_streams():
        return _run(arguments, debug)


def _run(arguments: list[str], debug: bool) -> int:
    try:
        app(args=arguments, prog_name="plumbline")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAULT
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except Exception as error:
        if debug:
            traceback.print_exc()
        else:
            full = full_disk(error)
            sentences = [full or _message(error), *getattr(error, "__notes__", ())]
            print(f"plumbline: {'. '.join(sentences)}", file=sys.stderr)
            if not full and not _is_for_people(error):
                print("Run again with --debug for the traceback.", file=sys.stderr)
        return _exit_code(error)
    return 0


def _message(error: Exception) -> str:
    """The error's own message; for an error of the operating system or a missing table, with what
    to do about it."""
    if type(error).__name__ in NOT_THERE:
        return (
            "the warehouse lacks a table or column that this command reads: an earlier release "
            f"wrote it; run `plumbline run --year ...` again ({str(error).splitlines()[0]})"
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        lacking = f"{error.filename}: {error.strerror.lower()}"
        taken = isinstance(error, FileExistsError)
        remedy = "another place" if taken else "an existing place that you may read and write"
        return f"{lacking}; name {remedy}"
    return str(error)


def _is_for_people(error: Exception) -> bool:
    """Whether the message was written for the person at the terminal."""
    if isinstance(error, OSError):
        return True
    return type(error).__module__.split(".")[0] in OWN


def _exit_code(error: Exception) -> int:
    return WRONG_USE if type(error).__name__ in WRONGLY_ASKED else FAULT

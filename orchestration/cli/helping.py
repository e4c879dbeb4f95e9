"""How help looks: a working example per command, options named after the values they take.

Belongs here: registering commands, and what help shows beside an option. Does not: commands.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from ingest.safe_text import harmless

# Panels of `plumbline --help`, in the order in which a newcomer needs them.
RUN, ASK, SEND, FILES, POLICY, STAND = (
    "Run",
    "Ask why, and what is next",
    "Give to partners and leadership",
    "Files and people's data",
    "Policy",
    "Record and publish decisions",
)
PLACES = "Places (under PLUMBLINE_HOME, else the current folder)"
PLACE_NAMES = ("landing", "warehouse", "site", "policy", "config")
Config = Annotated[Path | None, typer.Option(help="Settings file (default: plumbline.yaml).")]
# The name of an option's value, where its type alone would not say it.
WORDS = {
    "landing": "DIR",
    "warehouse": "FILE",
    "site": "DIR",
    "config": "FILE",
    "to": "DIR",
    "templates": "DIR",
    "key": "FILE",
    "signers": "FILE",
    "authorities": "FILE",
    "policy": "NAME",
    "year": "YEAR",
    "month": "MONTH",
    "period": "PERIOD",
    "as_of": "DAY",
    "on": "DAY",
    "known_at": "MOMENT",
    "by": "PERSON",
    "owner": "PERSON",
    "set": "PARAMETER=VALUE",
    "grid": "PARAMETER=VALUES",
    "frontier": "PARAMETER",
    "instead": "NAME",
    "tier": "TIER",
    "partners": "COUNT",
}
# The kinds of fault that a text has which is no whole number.
NO_NUMBER = ("int_parsing", "int_from_float")
IDS = ("partner", "deal", "listing", "referral", "dispute")


class Command(TyperCommand):
    """A command whose help fits a narrow terminal."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "help": flowing(options.get("help"))})
        for param in self.params:
            _name(param)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, without a type."""
        return _name(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments as options; BadParameter says what is wrong in words of ours."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = _plainly(error)
            raise


class Group(TyperGroup):
    """A group of commands, likewise."""

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, without a type."""
        return _name(super().get_help_option(ctx))

    def get_params(self, ctx: Any) -> list[Any]:
        """The options, without a type where they are switches."""
        return [_name(param) for param in super().get_params(ctx)]


def flowing(text: str | None) -> str | None:
    """A help text whose paragraphs are one line each, which a terminal breaks where it is full.
    A paragraph with an indented line or an item stays as it is."""
    if text is None:
        return None
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        part if re.search(r"^(\s|- )", part, re.MULTILINE) else part.replace("\n", " ")
        for part in paragraphs
    )


def _plainly(error: typer.BadParameter) -> str:
    """The message, without what only readers of pydantic's source would understand."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        [fault, *_] = cause.errors(include_url=False)
        if fault["type"] in NO_NUMBER:
            return harmless(f"{fault['input']!r} is not a whole number; write it in digits")
    return error.message.removeprefix("Value error, ")


def _name(param: Any) -> Any:
    """The name of an option's value in capitals; a switch takes none, and shows none."""
    if param is None or param.param_type_name != "option":
        return param
    if param.is_flag:
        param.metavar = ""
    elif param.metavar is None and not param.type_descriptor.is_choice:
        param.metavar = _word(param)
    if param.name in PLACE_NAMES:
        param.rich_help_panel = PLACES
    return param


def _word(param: Any) -> str:
    if param.name in IDS:
        return "ID"
    kind = param.type_descriptor
    fallback = "PATH" if kind.is_path else "NUMBER" if kind.is_ranged else "TEXT"
    return WORDS.get(param.name, fallback)


def add(
    app: typer.Typer,
    function: Callable[..., None],
    *examples: str,
    name: str | None = None,
    panel: str | None = None,
    help_text: str | None = None,
) -> None:
    """Register a command with the examples that its help ends in; each must run as it stands."""
    epilog = "\n\n".join(f"Example: {example}" for example in examples)
    made = app.command(name, cls=Command, epilog=epilog, rich_help_panel=panel, help=help_text)
    made(_with_config(function))


def _with_config(function: Callable[..., None]) -> Callable[..., None]:
    """The command with `--config`, which goes into the environment before anything is read."""

    @wraps(function)
    def configured(*, config: Path | None = None, **options: Any) -> None:
        if config is not None:
            from orchestration.config import VARIABLE, config_file

            os.environ[VARIABLE] = str(config.resolve())
            config_file()
        try:
            function(**options)
        except typer.BadParameter as error:
            # Typer draws these itself, and they quote values that come from files.
            error.message = harmless(error.message)
            raise

    signature = inspect.signature(function, eval_str=True)
    option = inspect.Parameter(
        "config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Config
    )
    parameters = [p.replace(kind=p.KEYWORD_ONLY) for p in signature.parameters.values()]
    configured.__signature__ = signature.replace(parameters=[*parameters, option])  # type: ignore[attr-defined]
    configured.__annotations__ = {p.name: p.annotation for p in [*parameters, option]}
    return configured

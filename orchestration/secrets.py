"""Secrets by name: from the environment, else from a file that nobody but its owner can read.

Belongs here: finding a secret, refusing a file that others can read, and removing secrets from
text that is kept or shown. Does not: where a secret is used.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, urlsplit

from orchestration.home import named_or_usual

NAME = "secrets.env"
VARIABLE = "PLUMBLINE_SECRETS"
LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
# Credentials of the pulls and stores that read the environment by themselves.
SECRET_NAMES = re.compile(r"(SECRET|PASSWORD|PASSWD|TOKEN|ACCESS_KEY|ACCOUNT_KEY|PRIVATE_KEY)")
NO_SECRET = re.compile(r"_URL$|_ID$|_FILE$|^PLUMBLINE_SECRETS$")
# Shorter secrets occur in any text; hiding them would hide parts of words.
SHORTEST = 4
HIDDEN = "…"
_values: set[str] = set()


class BadSecrets(ValueError):
    """The file of secrets cannot be used; the message names it and the remedy, never a secret."""


def secrets_file() -> Path | None:
    """The file of PLUMBLINE_SECRETS, else `secrets.env` under PLUMBLINE_HOME if it exists.

    Raises BadSecrets when a file that was named is not there.
    """
    try:
        return named_or_usual(VARIABLE, NAME)
    except FileNotFoundError as error:
        raise BadSecrets(f"{error}: there is no such file; {VARIABLE} names it") from None


def check_mode(file: Path) -> None:
    """Raises BadSecrets where anybody but the owner may read or change a file."""
    status = file.stat()
    if hasattr(os, "geteuid") and status.st_uid not in (os.geteuid(), 0):
        raise BadSecrets(f"{file}: it belongs to somebody else; make one of your own")
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = stat.S_IMODE(status.st_mode)
        raise BadSecrets(
            f"{file}: others may open it (mode {mode:04o}), so its secrets may be known already; "
            f"run: chmod 600 {file}, and change the secrets where others had access"
        )


def read_secrets(file: Path) -> dict[str, str]:
    """Name -> secret of a file with a `NAME=secret` per line, `#` for comments.

    Raises BadSecrets for a file that others may open, and for an invalid line, by its number.
    """
    check_mode(file)
    secrets = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadSecrets(f"{file}: it is not text in UTF-8; save it as UTF-8") from None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = LINE.fullmatch(text)
        if match is None:
            raise BadSecrets(f"{file}:{number}: write NAME=secret, or # before a comment")
        secrets[match.group(1)] = _unquoted(match.group(2))
    return secrets


def secret(name: str) -> str | None:
    """The secret of that name; None when neither the environment nor the file has it.

    From then on `without_secrets` knows it. Raises BadSecrets.
    """
    value = os.environ.get(name)
    if value is None and (file := secrets_file()) is not None:
        value = read_secrets(file).get(name)
    if value is not None:
        _values.add(value)
    return value


def without_secrets(text: str) -> str:
    """`text` with every secret that this process has used, or that the environment names as one,
    replaced by an ellipsis, even where it is written as part of an address."""
    known = {part for value in (*_values, *_named_in_environment()) for part in _parts(value)}
    forms = {form for value in known for form in (value, quote(value, safe=""), quote_plus(value))}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= SHORTEST:
            text = text.replace(form, HIDDEN)
    return text


def _parts(value: str) -> list[str]:
    """A secret, and the password in it where it is an address."""
    try:
        password = urlsplit(value).password if "://" in value else None
    except ValueError:
        password = None
    return [value, password, unquote(password)] if password else [value]


def _named_in_environment() -> set[str]:
    return {
        value
        for name, value in os.environ.items()
        if SECRET_NAMES.search(name) and not NO_SECRET.search(name)
    }


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text

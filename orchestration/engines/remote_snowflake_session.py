"""A Snowflake session by Snowflake's own variables, in the environment that has its connector.

Belongs here: which account and user, and the settings of every session of a run; a file that that
environment's Python runs. Does not: import anything of this project; what is done in a session
(remote_snowflake.py).
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

# The folder of the script that runs has a module of the same name as Snowflake's package.
sys.path.pop(0)

import snowflake.connector

# Variables that Snowflake's own programs read, and the connector's names for them.
VARIABLES = {
    "SNOWFLAKE_ACCOUNT": "account",
    "SNOWFLAKE_USER": "user",
    "SNOWFLAKE_PASSWORD": "password",
    "SNOWFLAKE_PRIVATE_KEY_FILE": "private_key_file",
    "SNOWFLAKE_PRIVATE_KEY_FILE_PWD": "private_key_file_pwd",
    "SNOWFLAKE_AUTHENTICATOR": "authenticator",
    "SNOWFLAKE_TOKEN": "token",
    "SNOWFLAKE_ROLE": "role",
    "SNOWFLAKE_WAREHOUSE": "warehouse",
    "SNOWFLAKE_DATABASE": "database",
    "SNOWFLAKE_HOST": "host",
    "SNOWFLAKE_PORT": "port",
    "SNOWFLAKE_PROTOCOL": "protocol",
}
NEEDED = ("SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_DATABASE")
# Settings that decide what an expression means, whatever account, user or warehouse have set.
MEANING = {
    "TIMEZONE": "UTC",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "DATE_INPUT_FORMAT": "AUTO",
    "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
    "TIMESTAMP_INPUT_FORMAT": "AUTO",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS",
    "QUOTED_IDENTIFIERS_IGNORE_CASE": False,
    "QUERY_TAG": "plumbline",
}


def arguments() -> dict[str, Any]:
    """The connector's arguments; ends this process if a required variable is not set."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        sys.exit(f"{' and '.join(missing)} must be set")
    chosen: dict[str, Any] = {
        name: os.environ[variable]
        for variable, name in VARIABLES.items()
        if os.environ.get(variable)
    }
    if "port" in chosen:
        chosen["port"] = int(chosen["port"])
    return chosen


def connect() -> Any:
    """A session; decimals come from it as decimals."""
    return snowflake.connector.connect(**arguments(), arrow_number_to_decimal=True, autocommit=True)


def keep_meaning() -> None:
    """Every session of this process, dbt's too, has the settings of MEANING."""
    plain = snowflake.connector.connect

    def with_meaning(*positional: Any, **named: Any) -> Any:
        named["session_parameters"] = {**named.get("session_parameters", {}), **MEANING}
        return plain(*positional, **named)

    snowflake.connector.connect = with_meaning


if __name__ == "__main__":
    with contextlib.closing(connect()):
        pass

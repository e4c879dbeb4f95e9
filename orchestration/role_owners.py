"""The default owner of each role: `owners:` of plumbline.yaml, landed for a run.

Belongs here: reading and checking the section. Does not: who owns a partner (partner_owners).
"""

from __future__ import annotations

import duckdb

from orchestration.config import BadConfig, config_file, section
from scoring.actions.owners import ROLES, land_defaults


def role_owners() -> dict[str, str]:
    """Role -> person. Raises BadConfig naming an unknown role, or an empty name."""
    owners = {}
    for role, owner in section("owners").items():
        if role not in ROLES:
            raise BadConfig(
                f"{config_file()}: owners: there is no role {role!r}; there are: {', '.join(ROLES)}"
            )
        if not isinstance(owner, str) or not owner.strip():
            raise BadConfig(f"{config_file()}: owners: {role} needs the name of a person")
        owners[role] = owner.strip()
    return owners


def land_role_owners(con: duckdb.DuckDBPyConnection) -> None:
    """Write this run's default owners where actions find them."""
    land_defaults(con, role_owners())

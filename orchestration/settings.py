"""The places of a run (landing zone, warehouse, site, policy set), its engine and memory.

Belongs here: defaults, and the environment variables that pass them to a Dagster process.
Does not: anything about the contents of those places.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from orchestration.config import configured_places
from orchestration.home import home, store_address


def package_folder(name: str) -> Path:
    """The folder of one of the project's packages, in a checkout or where a wheel installed it."""
    return Path(str(resources.files(name)))


DBT_PROJECT = package_folder("transforms")

VARIABLES = {
    "landing": "PLUMBLINE_LANDING",
    "warehouse": "PLUMBLINE_WAREHOUSE",
    "site": "PLUMBLINE_SITE",
    "policy": "PLUMBLINE_POLICY",
    "raw": "PLUMBLINE_RAW",
    "ledger": "PLUMBLINE_LEDGER",
}

# How much memory DuckDB holds before it writes to disk beside the warehouse: enough for the models
# of tens of thousands of partners, and for what each of its threads needs on a larger machine.
MEMORY_VARIABLE = "PLUMBLINE_MEMORY"
LEAST_MEMORY_MB, PER_PROCESSOR_MB = 800, 200
# Where copies of landing zones in object stores are, under `home()`.
COPIES = "landing-copies"
# Copies of outputs that lie in object stores, likewise.
OUTPUT_COPIES = "output-copies"
ENGINE_VARIABLE = "PLUMBLINE_ENGINE"
# Where it is set, a run uses only the places of the environment (`plumbline ui`).
PINNED_VARIABLE = "PLUMBLINE_PINNED"
DUCKDB = "duckdb"
SPARK = "spark"
POSTGRES = "postgres"
SNOWFLAKE = "snowflake"
# The engines that are not DuckDB, each with a module of its name in orchestration/engines.
ELSEWHERE = (SPARK, POSTGRES, SNOWFLAKE)


def engine() -> str:
    """Which engine builds the models: `PLUMBLINE_ENGINE`, else DuckDB."""
    return os.environ.get(ENGINE_VARIABLE) or DUCKDB


def memory() -> str:
    """DuckDB's memory limit, such as `2GB` or `50%`: `PLUMBLINE_MEMORY`, else by the machine's
    number of processors."""
    usual = max(LEAST_MEMORY_MB, PER_PROCESSOR_MB * (os.cpu_count() or 1))
    return os.environ.get(MEMORY_VARIABLE) or f"{usual}MB"


class BadPlace(ValueError):
    """A place that can't be used; the message names it and says what it may be."""


@dataclass(frozen=True)
class Locations:
    """Absolute places of one program. `policy` is a set's name or directory, empty = default.

    `address`: the object store of which the landing zone is a copy, empty where it is an ordinary
    folder. `site_address`, `raw_address`, `ledger_address`: the object stores that also hold these,
    empty where there are only the folders.
    """

    landing: Path
    warehouse: Path
    site: Path
    policy: str
    address: str = ""
    raw_address: str = ""
    ledger_address: str = ""
    site_address: str = ""

    @property
    def store(self) -> Path:
        """Raw deliveries by content digest, beside the warehouse."""
        return self.warehouse.parent / "raw"

    @property
    def ledger(self) -> Path:
        """Published assessments and reviews, beside the warehouse."""
        return self.warehouse.parent / "ledger"

    @property
    def serving(self) -> Path:
        """The copy that readers open while a run writes."""
        return self.warehouse.with_name(self.warehouse.name + ".serving")

    @property
    def lock(self) -> Path:
        """Held by the one process that writes the warehouse."""
        return self.warehouse.with_name(self.warehouse.name + ".lock")

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage for this program: run history, schedules, events."""
        return self.warehouse.parent / "dagster_home"

    def export(self) -> None:
        """Put these places into the environment, where the Dagster assets find them."""
        os.environ[VARIABLES["landing"]] = self.address or str(self.landing)
        os.environ[VARIABLES["warehouse"]] = str(self.warehouse)
        os.environ[VARIABLES["site"]] = self.site_address or str(self.site)
        os.environ[VARIABLES["policy"]] = self.policy
        os.environ[VARIABLES["raw"]] = self.raw_address
        os.environ[VARIABLES["ledger"]] = self.ledger_address

    @contextlib.contextmanager
    def exported(self) -> Iterator[None]:
        """`export` for as long as the context lasts; afterwards the earlier values are restored."""
        before = {name: os.environ.get(name) for name in VARIABLES.values()}
        self.export()
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def locations(
    landing: Path | None = None,
    warehouse: Path | None = None,
    site: Path | None = None,
    policy: str | None = None,
    without_config: bool = False,
) -> Locations:
    """Places as given, else from the environment, else from plumbline.yaml, else under `home()`.

    `without_config`: plumbline.yaml is not read, for commands that must work when it is broken. A
    landing zone or a site in an object store has its copy under `home()`, a folder per address.
    Raises BadPlace for an address where only a folder or a file can be, and the other way round.
    """
    base, configured = home(), {} if without_config else configured_places()
    zone = landing or os.environ.get(VARIABLES["landing"]) or configured.get("landing") or ""
    address = store_address(str(zone))
    if address:
        landing = base / COPIES / _mark(address)

    def place(chosen: Path | None, name: str, default: str) -> Path:
        path = Path(
            chosen or os.environ.get(VARIABLES[name]) or configured.get(name) or base / default
        )
        if store_address(str(path)):
            raise BadPlace(f"{name}: {path} can't lie in an object store; name a place here")
        return path.resolve()

    def address_of(name: str) -> str:
        text = os.environ.get(VARIABLES[name]) or configured.get(name, "")
        address = store_address(text)
        if text and not address:
            raise BadPlace(
                f"{name}: {text!r} is not an address of an object store (s3://bucket/prefix, "
                f"az://, gs://); leave it out to use only the folder beside the warehouse"
            )
        return address

    site_address = store_address(
        str(site or os.environ.get(VARIABLES["site"]) or configured.get("site") or "")
    )
    return Locations(
        landing=place(landing, "landing", "landing"),
        warehouse=place(warehouse, "warehouse", "plumbline.duckdb"),
        site=output_copy(site_address) if site_address else place(site, "site", "site"),
        policy=policy or os.environ.get(VARIABLES["policy"]) or configured.get("policy", ""),
        address=address,
        raw_address=address_of("raw"),
        ledger_address=address_of("ledger"),
        site_address=site_address,
    )


def output_copy(address: str) -> Path:
    """The folder in which an output for an object store is written first."""
    return home() / OUTPUT_COPIES / _mark(address)


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:12]

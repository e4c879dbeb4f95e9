"""The shape of `plumbline.yaml`, for checking it, and the JSON schema that editors use.

Belongs here: sections, the keys of each kind of source, and the schema. Does not: reading the file
(config.py), or what a stage does with a section.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from scoring.actions.owners import ROLES

SCHEMA = "plumbline.schema.json"
# How a source or a schedule may be called.
NAMED = "^[a-z0-9][a-z0-9_-]{0,60}$"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Section(BaseModel):
    """A mapping in the file: an unknown key is a fault and never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Places(Section):
    """Where a program's things are; a relative folder is relative to the file. Options and
    environment variables come first."""

    landing: str | None = Field(None, description="A folder, or s3://, az://, gs://")
    warehouse: str | None = Field(None, description="The DuckDB file")
    site: str | None = Field(None, description="The site: a folder, or s3://, az://, gs://")
    policy: str | None = Field(None, description="A policy set: its name or its directory")
    raw: str | None = Field(None, description="s3://, az://, gs://: kept bytes lie there too")
    ledger: str | None = Field(None, description="s3://, az://, gs://: publications lie there too")


class Source(Section):
    """The keys of every source."""

    fresh_hours: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Hours after which a source that has not answered is overdue"
    )


class Common(Source):
    """The keys of a source that lands in one folder; `into` is a folder of the landing zone."""

    into: str


class Sftp(Common):
    """Files below a folder of an SFTP server whose key is in `known_hosts`."""

    kind: Literal["sftp"]
    host: str
    user: str
    known_hosts: str
    key: str | None = None
    password: str | None = None
    folder: str | None = None
    port: int | None = None


class Imap(Common):
    """Attachments of known senders; `senders` maps an address to a partner id, or lists them."""

    kind: Literal["imap"]
    host: str
    user: str
    password: str
    senders: dict[str, str | None] | list[str]
    folder: str | None = None
    port: int | None = None
    tls: bool | None = None


class Incremental(Section):
    """Only rows from the last pull's greatest value of `column` on, less an overlap."""

    column: str
    overlap_days: Annotated[float, Field(ge=0)] | None = None


class Sql(Common):
    """The rows of a query of a database."""

    kind: Literal["sql"]
    driver: Literal["postgresql", "snowflake", "bigquery"]
    uri: str
    query: str
    incremental: Incremental | None = None


class Query(Section):
    """One query of Salesforce, and the folder of the landing zone that its pages land in."""

    query: str
    into: str


class Salesforce(Source):
    """Queries of Salesforce's REST API; without `queries` accounts and opportunities."""

    kind: Literal["salesforce"]
    url: str
    client_id: str
    client_secret: str
    version: str | None = None
    queries: dict[str, Query] | None = None


class Properties(Section):
    """The properties of one of HubSpot's objects, and where its pages land."""

    properties: list[str]
    into: str


class HubSpot(Source):
    """Objects of HubSpot; without `objects` companies and deals. A private app's token, or client
    credentials."""

    kind: Literal["hubspot"]
    url: str | None = None
    token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    objects: dict[str, Properties] | None = None


class SharedTable(Section):
    """One shared table, written share.schema.table, and where its files land."""

    table: str
    into: str


class DeltaSharing(Source):
    """Tables of a Delta Sharing server; `profile` is the file that its provider gave."""

    kind: Literal["delta_sharing"]
    profile: str
    tables: dict[str, SharedTable]


class CrmField(Section):
    """What goes into one field of a CRM: a column of the decision, or a constant."""

    from_: str | None = Field(None, alias="from")
    values: dict[str, str] | None = None
    constant: str | int | bool | None = None


class CrmObject(Section):
    """The object that one kind of decision is written into, by its external id."""

    object: str
    external_id: str
    key: str | None = Field(None, description="Columns in {braces}, such as {partner_id}")
    create: bool | None = None
    fields: dict[str, str | CrmField]


class Crm(Section):
    """A CRM that `write-back` writes published decisions into."""

    kind: Literal["salesforce", "hubspot"]
    url: str | None = None
    version: str | None = None
    token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    tiers: CrmObject | None = None
    reviews: CrmObject | None = None


class Lineage(Section):
    """Where each run's OpenLineage events go: into a file, to an http address, or both."""

    file: str | None = None
    url: str | None = None
    key: str | None = Field(None, description="Sent as a bearer token; write ${NAME}")
    namespace: str | None = None


class Schedule(Section):
    """One schedule of Dagster's: a job or the pull of one source, and when; off until started,
    unless `started`."""

    cron: str = Field(description="Minute, hour, day, month, day of the week")
    job: Literal["annual_assessment", "channel_day"] | None = None
    pull: str | None = Field(None, description="The name of a source")
    year: Literal["last", "current"] | None = Field(
        None, description="Which year annual_assessment assesses; last where nothing is said"
    )
    zone: Annotated[str, Field(pattern="^[A-Za-z0-9_+/-]+$")] | None = Field(
        None, description="The time zone of `cron`; UTC where nothing is said"
    )
    started: bool | None = None


class MapFolders(Section):
    """Folders of column maps."""

    folders: str | list[str]


KINDS: dict[str, type[Source]] = {
    "sftp": Sftp,
    "imap": Imap,
    "sql": Sql,
    "salesforce": Salesforce,
    "hubspot": HubSpot,
    "delta_sharing": DeltaSharing,
}
SHAPES: dict[str, Any] = {
    "places": Places,
    "schedules": dict[Annotated[str, Field(pattern=NAMED)], Schedule],
    "maps": str | list[str] | MapFolders,
    "owners": dict[Literal[ROLES], str],  # type: ignore[valid-type]
    "destinations": dict[str, str | list[str] | Crm],
    "retention": dict[str, Annotated[int, Field(strict=True, ge=1)]],
    "lineage": Lineage,
}


def faults(content: Mapping[str, Any], kinds: Iterable[str]) -> list[str]:
    """Each fault as a sentence `section: key: what`; empty when everything fits.

    `kinds`: the kinds of source that exist; one without a model here is not checked.
    """
    messages = []
    for name in SHAPES:
        if content.get(name) is not None:
            messages += section_faults(name, content[name])
    sources = content.get("sources")
    if isinstance(sources, Mapping):
        for name, spec in sources.items():
            where = f"sources: {name}"
            kind = spec.get("kind") if isinstance(spec, Mapping) else None
            if kind in KINDS:
                messages += _faults(TypeAdapter(KINDS[kind]), spec, where)
            elif kind not in tuple(kinds):
                messages.append(f"{where}: kind: must be one of {', '.join(kinds)}")
    elif sources is not None:
        messages.append("sources: must be a mapping of names")
    return messages


def section_faults(name: str, value: Any) -> list[str]:
    """The faults of one section other than `sources`, each a sentence."""
    return _faults(TypeAdapter(SHAPES[name]), value, name)


def _faults(adapter: TypeAdapter[Any], value: Any, where: str) -> list[str]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return [
            f"{': '.join([where, *map(str, one['loc'])])}: {one['msg'].lower()}"
            for one in error.errors(include_input=False, include_url=False)
        ]
    return []


def schema(kinds: Iterable[str]) -> str:
    """The JSON schema of the whole file, as text."""
    definitions: dict[str, Any] = {}

    def of(shape: Any) -> dict[str, Any]:
        made = TypeAdapter(shape).json_schema(ref_template="#/$defs/{model}")
        definitions.update(made.pop("$defs", {}))
        return made

    known = [of(KINDS[kind]) for kind in kinds if kind in KINDS]
    rest = [kind for kind in kinds if kind not in KINDS]
    opened = {"type": "object", "properties": {"kind": {"enum": rest}}, "required": ["kind"]}
    sources = {
        "type": ["object", "null"],
        "propertyNames": {"pattern": NAMED},
        "additionalProperties": {"anyOf": [*known, opened] if rest else known},
    }
    sections = {name: {"anyOf": [of(shape), {"type": "null"}]} for name, shape in SHAPES.items()}
    whole = {
        "$schema": DRAFT,
        "title": "plumbline.yaml",
        "type": ["object", "null"],
        "properties": {**sections, "sources": sources},
        "additionalProperties": False,
        "$defs": definitions,
    }
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"

"""The statements that dbt has sent to Snowflake, compared with Snowflake's documentation of its
SQL.

Belongs here: finding those statements and what in them is not Snowflake's. Does not: running them.
"""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from orchestration.dbt import target_dir
from orchestration.settings import SNOWFLAKE

# "Reserved & limited keywords": no name that is not quoted may be one of these.
RESERVED_WORDS = """
    account all alter and any as between by case cast check column connect connection constraint
    create cross current current_date current_time current_timestamp current_user database delete
    distinct drop else exists false following for from full grant group gscluster having ilike in
    increment inner insert intersect into is issue join lateral left like localtime localtimestamp
    minus natural not null of on or order organization qualify regexp revoke right rlike row rows
    sample schema select set some start table tablesample then to trigger true try_cast union unique
    update using values view when whenever where with
"""
RESERVED = set(RESERVED_WORDS.split())
# The functions that the models call, all of them in Snowflake's reference. sqlglot passes on
# functions that it does not know, and fakesnow, which is DuckDB, would accept those that only
# DuckDB has.
KNOWN_FUNCTIONS = """
    abs array_agg array_generate_range bitand bitshiftleft bitshiftright booland_agg boolor_agg cast
    coalesce count date_from_parts date_trunc dateadd datediff dense_rank extract flatten floor
    get_path greatest_ignore_nulls json_extract_path_text lag last_day lead least_ignore_nulls
    length listagg lower max min mod parse_json regexp_like regexp_replace replace round row_number
    split split_part sqrt substr sum trim try_cast upper
"""
FUNCTIONS = set(KNOWN_FUNCTIONS.split())
# Words that may precede a parenthesis without being a call.
WORDS = RESERVED | {"decimal", "over", "join", "lateral", "within", "with"}
# Snowflake has none of these: an aggregate's `filter`, intervals that are values.
LACKING = {exp.Filter: "filter", exp.Interval: "interval", exp.Command: "a command"}
CALLED = re.compile(r"\b([a-z_]+)\s*\(")
NO_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|''|\\.)*'", re.DOTALL)
RUN = re.compile(r"\bplumbline_[0-9a-f]{12}_")


def statements() -> dict[str, str]:
    """The statement that made each model of the last run on Snowflake, by the model's name; the
    run's own beginning of schemas is taken off."""
    folder = target_dir() / SNOWFLAKE / "run"
    return {
        path.stem: RUN.sub("", path.read_text("utf-8")) for path in sorted(folder.rglob("*.sql"))
    }


def check_text(sql: str) -> list[str]:
    """The parts of a statement that are not Snowflake's SQL."""
    try:
        parsed = sqlglot.parse_one(sql, read="snowflake")
    except SqlglotError as error:
        return [f"cannot be read: {error}"]
    names = {name.name for name in parsed.find_all(exp.Identifier) if not name.quoted}
    faults = [f"{name} is reserved" for name in sorted(names) if name.lower() in RESERVED]
    faults += [f"has {word}" for kind, word in LACKING.items() if parsed.find(kind)]
    if any(select.args.get("windows") for select in parsed.find_all(exp.Select)):
        faults.append("has a named window")
    # A table may have its columns after its name.
    tables = {alias.name for alias in parsed.find_all(exp.TableAlias) if alias.columns}
    called = set(CALLED.findall(NO_CODE.sub(" ", sql))) - tables
    return faults + [f"calls {name}" for name in sorted(called - FUNCTIONS - WORDS)]


def check_names(written: dict[str, str], sources: Path) -> list[str]:
    """Columns that a model names and no table before it has, by Snowflake's rules: a name that is
    not quoted is in capitals. `sources` is the folder of the tables that were put out."""
    schema = MappingSchema(dialect="snowflake")
    for made in sorted(sources.glob("*/*/columns.sql")):
        place = f"{made.parent.parent.name}.{made.parent.name}"
        table = sqlglot.parse_one(f"create table {place} {made.read_text('utf-8')}", "snowflake")
        schema.add_table(
            place, {c.this.sql("snowflake"): "text" for c in table.find_all(exp.ColumnDef)}
        )
    trees = {name: sqlglot.parse_one(sql, read="snowflake") for name, sql in written.items()}
    before = {
        name: {t.name.lower() for t in tree.find_all(exp.Table)} & set(trees) - {name}
        for name, tree in trees.items()
    }
    faults = []
    for name in TopologicalSorter(before).static_order():
        tree = trees[name]
        try:
            query = qualify(tree.expression.copy(), schema=schema, dialect="snowflake")
        except SqlglotError as error:
            faults.append(f"{name}: {error}")
            continue
        columns = {
            exp.to_identifier(c, quoted=True).sql("snowflake"): "text" for c in query.named_selects
        }
        schema.add_table(f"{tree.this.db}.{name}", columns)
    return faults

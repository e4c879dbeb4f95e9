#!/usr/bin/env bash
# datacontract-cli 1.2.8 with duckdb 1.5.6: a Parquet file is not checked as it is. Its rows are first put
# into a table with the contract's own types, as a cast does it, and the rules are asked of that table. A
# contract that asks for whole licences finds 3 where the file says 2.6, one of DECIMAL(18,2) finds cents
# where the file has four places, and one that says "number" and no more finds three places, DuckDB's own
# choice. The types themselves are not compared: each is a warning that this "is not supported yet". A
# file that breaks the contract's types so meets the rules that its own amounts do not.
#
# Output seen:
#   in the file: licences 5.2, amount 0.0100, rate 0.0008
#   licences as integer: "sum must be 6" passed, "sum must be 5.2" failed
#   amount as DECIMAL(18,2): "sum must be 0" passed, "sum must be above 0" failed
#   rate as number: "sum must be 0" passed, "sum must be above 0" failed
#   types: warning
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet 'datacontract-cli[duckdb]==1.2.8' duckdb==1.5.6
cd "$folder"
PYTHONTZPATH= env/bin/python -W ignore - <<'PY'
import sys

import duckdb
import yaml
from datacontract.data_contract import DataContract

# No licence of these is whole, and each amount is less than half a cent.
ROWS = "(2.6, 0.0034, 0.0004), (2.6, 0.0033, 0.0004), (0, 0.0033, 0)"
duckdb.execute(f"""
copy (
    select cast(licences as double) as licences, cast(amount as decimal(18, 4)) as amount,
        cast(rate as decimal(18, 4)) as rate
    from (values {ROWS}) as rows(licences, amount, rate)
) to 'deals.parquet'""")
sums = duckdb.sql("select sum(licences), sum(amount), sum(rate) from 'deals.parquet'").fetchone()
print("in the file: licences {}, amount {}, rate {}".format(*sums))
TYPES = {
    "licences": {"logicalType": "integer"},
    "amount": {"logicalType": "number", "physicalType": "DECIMAL(18,2)"},
    "rate": {"logicalType": "number"},
}
RULES = [
    ("licences", "licences as integer", ("sum must be 6", {"mustBe": 6})),
    ("licences", "", ("sum must be 5.2", {"mustBe": 5.2})),
    ("amount", "amount as DECIMAL(18,2)", ("sum must be 0", {"mustBe": 0})),
    ("amount", "", ("sum must be above 0", {"mustBeGreaterThan": 0})),
    ("rate", "rate as number", ("sum must be 0", {"mustBe": 0})),
    ("rate", "", ("sum must be above 0", {"mustBeGreaterThan": 0})),
]
contract = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "deals",
    "version": "1.0.0",
    "status": "active",
    "servers": [{"server": "here", "type": "local", "path": "deals.parquet", "format": "parquet"}],
    "schema": [
        {
            "name": "deals",
            "properties": [{"name": name, **kind} for name, kind in TYPES.items()],
            "quality": [
                {"type": "sql", "query": f"select sum({column}) from deals", **rule}
                for column, _, (_, rule) in RULES
            ],
        }
    ],
}
run = DataContract(data_contract_str=yaml.safe_dump(contract)).test()
# A key ends with the place of its rule.
given = {check.key: check.result.value for check in run.checks if check.category == "quality"}
results = [given[key] for key in sorted(given)]
said = [f'"{words}" {result}' for (_, _, (words, _)), result in zip(RULES, results, strict=True)]
for n in range(0, len(RULES), 2):
    print(f"{RULES[n][1]}: {said[n]}, {said[n + 1]}")
types = sorted({check.result.value for check in run.checks if check.type == "field_type"})
print("types:", *types)
sys.exit(0 if results == ["passed", "failed"] * 3 and types == ["warning"] else 1)
PY

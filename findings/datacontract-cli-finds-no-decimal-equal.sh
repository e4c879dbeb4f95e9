#!/usr/bin/env bash
# datacontract-cli 1.2.8 with duckdb 1.5.6: a rule of a contract in SQL, `mustBe: 110.2`, is held against
# what the query gives as Python compares them: the contract's number is a binary float and the sum of a
# decimal column is a Decimal, and these two are equal only where the float is exact. Amounts that add
# up to 110.20 do not meet "must be 110.2"; the report says that the actual sum is 110.20 and the expected
# one 110.2. "Must be at least 110.2" is not met either, "must not be 110.2" is, and with 110.5, which a
# float can hold, all is as it reads. A sum cast to double in the query meets its contract.
#
# Output seen:
#   sum of 110.20, mustBe 110.2: failed
#   sum of 110.20, mustBeGreaterOrEqualTo 110.2: failed
#   sum of 110.20, mustNotBe 110.2: passed
#   sum of 110.50, mustBe 110.5: passed
#   sum of 110.20 as double, mustBe 110.2: passed
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

RULES = [
    ("110.20", "sum(amount)", "mustBe", 110.2),
    ("110.20", "sum(amount)", "mustBeGreaterOrEqualTo", 110.2),
    ("110.20", "sum(amount)", "mustNotBe", 110.2),
    ("110.50", "sum(amount)", "mustBe", 110.5),
    ("110.20", "cast(sum(amount) as double)", "mustBe", 110.2),
]
results = []
for total, what, operator, number in RULES:
    rest = f"cast({total} - 100 as decimal(18, 2))"
    duckdb.execute(
        f"copy (select cast(100 as decimal(18, 2)) as amount union all select {rest}) to 'deals.parquet'"
    )
    rule = {"type": "sql", "query": f"select {what} from deals", operator: number}
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "deals",
        "version": "1.0.0",
        "status": "active",
        "servers": [
            {"server": "here", "type": "local", "path": "deals.parquet", "format": "parquet"}
        ],
        "schema": [
            {
                "name": "deals",
                "properties": [
                    {"name": "amount", "logicalType": "number", "physicalType": "DECIMAL(18,2)"}
                ],
                "quality": [rule],
            }
        ],
    }
    run = DataContract(data_contract_str=yaml.safe_dump(contract)).test()
    [check] = [check for check in run.checks if check.category == "quality"]
    results.append(check.result.value)
    kind = " as double" if "double" in what else ""
    print(f"sum of {total}{kind}, {operator} {number}: {results[-1]}")
sys.exit(0 if results == ["failed", "failed", "passed", "passed", "passed"] else 1)
PY

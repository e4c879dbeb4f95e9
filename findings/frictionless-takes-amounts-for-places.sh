#!/usr/bin/env bash
# frictionless 5.21.0: in a table whose amounts have a decimal comma, as reports from Germany or France
# have, it takes small amounts for places on the earth. "12,50" is the geopoint of longitude 12 and
# latitude 50, the file is called valid, and each amount is read as a pair of numbers. Which type a column
# gets depends on how large its amounts are, since a longitude ends at 180 and a latitude at 90: with
# larger ones it is text, and one amount of 12,95 among nineteen others makes a sound file an invalid one.
# A schema that states a number and its decimalChar reads all of them.
#
# Output seen:
#   12,50 and 99,90: geopoint, valid, 12,50 read as [12.0, 50.0]
#   1250,00 and 9990,00: string, valid, 1250,00 read as 1250,00
#   19 times 12,50, once 12,95: geopoint, invalid, 12,50 read as [12.0, 50.0]
#   with decimalChar: number, valid, 12,50 read as 12.50
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet frictionless==5.21.0
cd "$folder"
PYTHONTZPATH= env/bin/python - <<'PY'
import sys
from pathlib import Path

from frictionless import Dialect, Resource, Schema
from frictionless.formats import CsvControl

DIALECT = Dialect(controls=[CsvControl(delimiter=";")])
SCHEMA = {
    "fields": [
        {"name": "deal", "type": "string"},
        {"name": "amount", "type": "number", "decimalChar": ","},
    ]
}
CASES = [
    ("12,50 and 99,90", ["12,50", "99,90"], None, ("geopoint", "valid", "[12.0, 50.0]")),
    ("1250,00 and 9990,00", ["1250,00", "9990,00"], None, ("string", "valid", "1250,00")),
    (
        "19 times 12,50, once 12,95",
        ["12,50"] * 19 + ["12,95"],
        None,
        ("geopoint", "invalid", "[12.0, 50.0]"),
    ),
    ("with decimalChar", ["12,50", "12,95", "1250,00"], SCHEMA, ("number", "valid", "12.50")),
]
same = []
for words, amounts, schema, expected in CASES:
    lines = [f"D{n};{amount}" for n, amount in enumerate(amounts)]
    Path("report.csv").write_text("\n".join(["deal;amount", *lines, ""]))

    def opened():
        named = {"schema": Schema.from_descriptor(schema)} if schema else {}
        return Resource("report.csv", dialect=DIALECT, **named)

    described = opened()
    described.infer()
    kind = described.schema.get_field("amount").type
    valid = "valid" if opened().validate().valid else "invalid"
    read = str(opened().read_rows()[0]["amount"])
    same.append((kind, valid, read) == expected)
    print(f"{words}: {kind}, {valid}, {amounts[0]} read as {read}")
sys.exit(0 if all(same) else 1)
PY

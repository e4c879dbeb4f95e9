#!/usr/bin/env bash
# scim2-filter-parser 0.7.0: a filter of SCIM 2.0 with "or" and "and" is read from left to right: the SQL of
# `tier eq "Gold" or tier eq "Silver" and active eq true` has brackets around the two tiers, so that Gold
# partners who left are missing. RFC 7644 says that "and" takes precedence over "or"; the package's own
# parser quotes that paragraph and gives both one rank. The other way around, with "and" first, it reads as
# the RFC does, and so it does with brackets around the right-hand side.
# It matters because directories are asked by such filters for the people of a partner, and the number of
# active and certified people decides a tier.
#
# Output seen (of Gold left, Gold active, Silver left, Silver active, Bronze active):
#   tier eq "Gold" or tier eq "Silver" and active eq true: 2 4
#   active eq true and tier eq "Silver" or tier eq "Gold": 1 2 4
#   tier eq "Gold" or (tier eq "Silver" and active eq true): 1 2 4
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet scim2-filter-parser==0.7.0
"$folder/env/bin/python" - <<'PY'
import sqlite3
import sys

from scim2_filter_parser.queries import SQLQuery


class Query(SQLQuery):
    placeholder = "?"


con = sqlite3.connect(":memory:")
con.execute("create table people (id integer, tier text, active text)")
con.executemany(
    "insert into people values (?, ?, ?)",
    [
        (1, "Gold", "FALSE"),
        (2, "Gold", "TRUE"),
        (3, "Silver", "FALSE"),
        (4, "Silver", "TRUE"),
        (5, "Bronze", "TRUE"),
    ],
)
COLUMNS = {("tier", None, None): "people.tier", ("active", None, None): "people.active"}
EXPECTED = {
    'tier eq "Gold" or tier eq "Silver" and active eq true': [2, 4],
    'active eq true and tier eq "Silver" or tier eq "Gold"': [1, 2, 4],
    'tier eq "Gold" or (tier eq "Silver" and active eq true)': [1, 2, 4],
}
results = {}
for text in EXPECTED:
    query = Query(text, "people", COLUMNS, ())
    rows = con.execute(query.sql, query.params).fetchall()
    results[text] = sorted(row[0] for row in rows)
    print(f"{text}: {' '.join(map(str, results[text]))}")
sys.exit(0 if results == EXPECTED else 1)
PY

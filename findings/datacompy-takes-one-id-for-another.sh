#!/usr/bin/env bash
# datacompy 1.1.0 (pandas 3.0.6, polars 1.44.2) compares whole numbers as binary floats, with a tolerance
# of 0 too. Ids of 19 digits, as services that number by time give them, are equal to it where they are up
# to 256 apart, and a table in which every account has another's parent differs from the right one in
# four rows of a thousand. Its report says "Default Absolute Tolerance: 0" and of one such row "Total
# number of values which compare unequal: 0". The documentation says of decimals that they are turned into
# floats, and of whole numbers nothing. As keys the same ids are told apart, as texts they compare right,
# and pandas and polars call the columns different.
# It matters because a change of CRM or of warehouse is signed off by such a comparison, and an account
# mapped to another's parent or owner counts for another partner.
#
# Output seen:
#   ids that are one further: pandas 996 of 1000 equal, polars 996 of 1000 equal
#   by pandas itself: 0, by polars itself: 0
#   as texts: pandas 0, polars 0
#   as keys: pandas 999 in common, polars 999 in common
#   one row, ids that differ in the last digit: matches() True
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet datacompy==1.1.0 pandas==3.0.6 polars==1.44.2
"$folder/env/bin/python" -W ignore - <<'PY'
import sys

import pandas as pd
import polars as pl
from datacompy import PandasCompare, PolarsCompare

WAYS = [(PandasCompare, pd.DataFrame), (PolarsCompare, pl.DataFrame)]
accounts = list(range(1000))
parents = [1234567890123456789 + account for account in accounts]
shifted = [parent + 1 for parent in parents]


def equal(left, right):
    """Rows that each way of datacompy calls equal."""
    return [
        int(
            compare(
                frame({"account": accounts, "parent": left}),
                frame({"account": accounts, "parent": right}),
                join_columns="account",
                abs_tol=0,
                rel_tol=0,
            ).count_matching_rows()
        )
        for compare, frame in WAYS
    ]


def common(left, right):
    keys = [(frame({"parent": left}), frame({"parent": right})) for _, frame in WAYS]
    return [
        len(compare(*pair, join_columns="parent").intersect_rows)
        for (compare, _), pair in zip(WAYS, keys, strict=True)
    ]


as_numbers = equal(parents, shifted)
themselves = [
    int((pd.Series(parents) == pd.Series(shifted)).sum()),
    int((pl.Series(parents) == pl.Series(shifted)).sum()),
]
as_texts = equal(list(map(str, parents)), list(map(str, shifted)))
as_keys = common(parents, shifted)
one = bool(
    PolarsCompare(
        pl.DataFrame({"account": [1], "parent": parents[:1]}),
        pl.DataFrame({"account": [1], "parent": shifted[:1]}),
        join_columns="account",
    ).matches()
)
line = "ids that are one further: pandas {} of 1000 equal, polars {} of 1000 equal"
print(line.format(*as_numbers))
print("by pandas itself: {}, by polars itself: {}".format(*themselves))
print("as texts: pandas {}, polars {}".format(*as_texts))
print("as keys: pandas {} in common, polars {} in common".format(*as_keys))
print(f"one row, ids that differ in the last digit: matches() {one}")
results = [as_numbers, themselves, as_texts, as_keys, one]
sys.exit(0 if results == [[996, 996], [0, 0], [0, 0], [999, 999], True] else 1)
PY

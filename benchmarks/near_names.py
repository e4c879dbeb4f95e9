"""How many true spellings of one customer `near_names` offers, and how many of its offers are true.

Belongs here: precision and recall over a file of names whose owners are known. Does not: the
comparison itself (ingest/resolved/near_names.py).

`python -m benchmarks.near_names FILE.csv --name person_name --owner leuven_id` prints a line for
each likeness. Pairs are counted among the normalised names, so that spellings that normalising
alone makes equal are not credited to the comparison. The file that docs/performance.md mentions is
`patent_example/patstat_reference.csv` of the public repository dedupeio/dedupe: applicants of
patents with the owners that the KU Leuven assigned to them by hand.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from ingest.resolved.names import Names
from ingest.resolved.near_names import near_names, neighbours
from scoring.policy.load import load_policy

LEGAL_FORMS, LIKENESS = "customers.legal_forms", "customers.near_name_likeness"


def main() -> None:
    """Print, for each likeness, how many of the pairs offered are pairs of one owner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", required=True, help="the column of names")
    parser.add_argument("--owner", required=True, help="the column of who owns the name")
    parser.add_argument("--likeness", type=float, nargs="*", default=[80, 85, 88, 90, 92, 95])
    arguments = parser.parse_args()
    policy = load_policy()
    last = max(value.effective_from for value in policy.parameter(LEGAL_FORMS).values)
    forms = policy.value_at(LEGAL_FORMS, last)
    assert isinstance(forms, tuple)
    names = Names(forms)
    owners: dict[str, set[str]] = defaultdict(set)
    with arguments.file.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if name := names.normalise(row[arguments.name]):
                owners[name].add(row[arguments.owner])
    by_owner: dict[str, set[str]] = defaultdict(set)
    for name, owned in owners.items():
        for owner in owned:
            by_owner[owner].add(name)
    true = {pair for group in by_owner.values() for pair in combinations(sorted(group), 2)}
    compared = set(neighbours(owners))
    print(f"{len(owners):,} names of {len(by_owner):,} owners, {len(true):,} true pairs,")
    print(f"{len(compared):,} pairs compared, {len(true & compared):,} of the true among them")
    for likeness in arguments.likeness:
        offered = {(one, other) for one, other, _ in near_names(owners, likeness)}
        right = len(offered & true)
        share = right / len(offered) if offered else 0
        print(
            f"likeness {likeness:g}: {len(offered):,} offered, {right:,} true;"
            f" precision {share:.3f}, recall {right / len(true):.3f}"
        )
    print(f"the policy's likeness is {policy.value_at(LIKENESS, last)}")


if __name__ == "__main__":
    main()

"""Which members of the account-mapping vendor's records the models read, found in their SQL.

Belongs here: that search. Does not: an expectation.
"""

from __future__ import annotations

import re

from tests.test_house import PROJECT

FOLDER = PROJECT / "transforms" / "models" / "intermediate" / "mapping"
READ = re.compile(r"member_(?:text|is_true|items)\('(?:(\w+)\.)?\w+', '(\w+)'\)")
# Model and alias -> the family of endpoints whose records stand there.
FAMILIES = {
    ("int_mapping__vendor_overlaps", "records"): ("overlaps",),
    ("int_mapping__vendor_overlaps", "mapped"): ("overlaps",),
    ("int_mapping__vendor_overlaps", ""): ("populations", "partner-populations"),
    ("int_mapping__partners", "records"): ("partners",),
}
# Items of a list, not members of a record.
ITEMS = ("ours", "theirs")


def members_read() -> dict[str, set[str]]:
    """Family of endpoints -> the members that a model reads."""
    members: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.sql"):
        for alias, name in READ.findall(path.read_text("utf-8")):
            if alias not in ITEMS:
                for family in FAMILIES[path.stem, alias]:
                    members.setdefault(family, set()).add(name)
    return members

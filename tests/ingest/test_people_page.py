"""What is held of people is marked in the contract, and the page for a lawyer says all of it."""

import re

from ingest.judging.contract import entities
from ingest.people_page import PAGE, kinds, page

# Names of columns that may name people; columns of such names that name companies or things.
MAY_NAME = re.compile(
    r"(?:^|_)(?:name|email|contact|owner|sponsor|by|note|reason|rationale|evidence)"
)
NO_PERSON = {
    "partners.name",
    "apps.name",
    "accounts.name",
    "overlaps.account_name",
    "overlaps.partner_record_name",
}


def test_the_page_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(), "run `make generate`"


def test_every_column_that_may_name_people_is_marked():
    marked = {f"{e.name}.{column}" for e in entities() for column, _ in e.people}
    columns = {
        f"{entity.name}.{column.name}"
        for entity in entities()
        for column in entity.columns
        if column.kind == "text" and MAY_NAME.search(column.name) and column.name != "customer_name"
    }
    assert columns - marked == NO_PERSON
    assert "contacts.email" in marked


def test_marks_are_columns_of_known_kinds():
    for entity in entities():
        assert {c for c, _ in entity.people} <= {c.name for c in entity.columns}
        assert {kind for _, kind in entity.people} <= kinds().keys()


def test_the_page_names_every_marked_column():
    text = page()
    for entity in entities():
        for column, kind in entity.people:
            row = f"| {entity.source} | `{entity.name}` | `{column}` | {kind.replace('_', ' ')} | "
            assert row in text

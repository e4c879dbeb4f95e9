"""The landing contract is stated once: what dbt reads of it is made from ingest/sources.yaml."""

import pytest

from ingest.judging.contract import entities, entity
from tests.test_house import PROJECT
from transforms.generate import generated

STAGING = PROJECT / "transforms" / "models" / "staging"


@pytest.mark.parametrize(("path", "text"), generated().items(), ids=lambda value: str(value)[-24:])
def test_generated_files_are_up_to_date(path, text):
    assert path.read_text("utf-8") == text, "run `make generate`"


def test_every_entity_has_a_staging_model():
    for each in entities():
        path = STAGING / each.source / f"stg_{each.source}__{each.name}.sql"
        assert path.exists(), path


def test_a_staging_model_states_no_key_and_no_column_twice():
    for path in STAGING.rglob("*.sql"):
        text = path.read_text("utf-8")
        assert "key=" not in text and "columns=" not in text, path


def test_what_points_and_what_may_not_precede_are_columns():
    for each in entities():
        names = {column.name for column in each.columns}
        assert set(each.key) <= names
        for column, target in each.points_at:
            assert column in names and entity(target).key, (each.name, column)
        for later, earlier in each.not_before:
            assert {later, earlier} <= names and later != earlier, (each.name, later)
            kinds = {each.column(name).kind for name in (later, earlier)}
            assert len(kinds) == 1 and kinds <= {"date", "timestamp"}, each.name

"""The Dagster definitions, one module a stage, in the order in which data flows."""

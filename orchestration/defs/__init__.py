"""The Dagster definitions, one module per stage, in the order in which data flows."""

"""The dbt project: models, macros and tests. Nothing here is imported; dbt reads the files."""

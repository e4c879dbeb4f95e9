"""The dbt project: models, macros and tests. dbt reads the files; only generate.py is Python."""

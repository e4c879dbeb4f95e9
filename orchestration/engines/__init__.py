"""The models on an engine other than DuckDB: exporting, calling dbt there, importing.

Belongs here: the steps that those engines share, and what each one has of its own (spark.py,
postgres.py). The files named remote*.py are run by the Python of the engine's own environment.
Does not: models and macros (transforms/).
"""

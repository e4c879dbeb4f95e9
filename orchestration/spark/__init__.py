"""The models on Spark: what goes out, how dbt-spark is called, what comes back.

Belongs here: the second engine. Does not: models and macros (transforms/).
"""

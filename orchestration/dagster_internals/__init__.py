"""What Plumbline uses of Dagster beyond its public API, wrapped once and reviewed for one version.

Belongs here: every import of a module of Dagster's whose name begins with an underscore, with what
it is needed for. Does not: what is done with it. Each module is loaded only by those that need it.
tests/orchestration/test_private_dagster.py holds the list, and fails with another version.
"""

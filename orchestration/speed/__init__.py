"""Shortcuts that make a run faster without changing its results (docs/speed.md).

Belongs here: work that can be left out without changing a result. Does not: the switch that turns
shortcuts off (ingest/shortcuts.py), or anything that a result depends on.
"""

"""Describes data for other systems: published tables as a contract, runs as lineage events.

Belongs here: these two descriptions, made from the list of published tables and the models'
definitions. Does not: the tables (scoring/published.py) or the words (dashboards/definitions.py).
"""

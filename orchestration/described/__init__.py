"""What leaves is described: published tables as a data contract, runs as lineage events.

Belongs here: these two descriptions, drawn from the list of published tables and the words beside
the models. Does not: the tables (scoring/published.py) or the words (dashboards/definitions.py).
"""

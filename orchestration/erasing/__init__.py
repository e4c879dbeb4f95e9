"""Erasing a person from a program: the steps, their proof, and what is left to do.

Belongs here: orders of steps over raw store, landing zone, warehouse and site.
Does not: who a person is, or how a file is rewritten (ingest/erasing).
"""

"""Dagster's UI behind a check of its own: who may call it, and where its runs may write."""

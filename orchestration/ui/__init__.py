"""Dagster's UI behind a guard, which checks who may call it and where its runs may write."""

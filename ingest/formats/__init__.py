"""Foreign layouts, each read into the tables of text that every reader returns.

Belongs here: workbooks, API pages, column maps, and which reader takes which file (reading.py).
Does not: our own csv, json and parquet (readers/), judging rows, or the warehouse.
"""

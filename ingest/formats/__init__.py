"""Foreign layouts, each read into the tables of text that every reader returns.

Belongs here: workbooks, API pages, column maps, and the guard for spreadsheets we write. Does not:
our own csv, json and parquet (readers/), judging rows, or the warehouse.
"""

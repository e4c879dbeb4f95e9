"""Plain csv, json and parquet, each read into tables of text.

Belongs here: how bytes of such a form become rows. Does not: which reader takes which file
(formats/reading.py), layouts with a meaning of their own (formats/), or judging rows.
"""

"""The static site: pages generated from the published tables, opened from disk.

Belongs here: pages, charts, their look. Does not: computing a figure; a page shows what a table
holds, and says which.
"""

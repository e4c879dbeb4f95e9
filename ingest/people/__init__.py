"""People's values in one place, and the tokens that replace them everywhere else.

Belongs here: tokens, the file that holds the values, landed rows under tokens. Does not: erasing
(ingest/erasing), the search for a person (ingest/personal_data.py), or the page about people
(people_page.py).
"""

"""The ledger: assessments and reviews that were published and are final.

Belongs here: the form of a record, the files, freezing, checking and comparing.
Does not: deciding anything (scoring.run), building the tables (transforms/), or a command line.
"""

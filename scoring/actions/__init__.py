"""What waits for a person: who must do what by when, and what is at stake.

Belongs here: nothing but modules, one concept each, so that whoever reads one does not load the
libraries of all.
"""

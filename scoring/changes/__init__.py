"""What moved, why, and what it is worth.

Belongs here: nothing but modules, one concept each, so that whoever reads one does not load the
libraries of all.
"""

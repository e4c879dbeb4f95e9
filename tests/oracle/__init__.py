"""A slow, plain second opinion on every published figure, and random programs to compare.

Belongs here: code written from the written meaning of each figure, standard library arithmetic.
Does not belong here: any import of the product's own code, any query engine.
"""

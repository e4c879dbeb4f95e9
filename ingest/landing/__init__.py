"""Lands a landing zone in the warehouse, or only checks it, using all the folders below it."""

"""A landing zone into the warehouse, or only checked: the flow over everything below it."""

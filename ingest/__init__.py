"""The landing stage: files that anybody delivers become judged rows in `landing.*`.

Belongs here: sources, readers, formats, deliveries, quarantine, people's values. Does not: what
rows mean together (transforms/), any decision, or the order in which stages run.
"""

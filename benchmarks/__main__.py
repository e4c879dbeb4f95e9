"""`make bench`: every benchmark, one after the other, as Markdown on standard output."""

from benchmarks import yearly_run

print(yearly_run.run())

"""`make bench`: every benchmark, one after the other, as Markdown on standard output."""

from benchmarks import usage, yearly_run

# The contenders of the usage step are processes of their own, as are those of the yearly run.
if __name__ == "__main__":
    print(yearly_run.run())
    print(usage.run())

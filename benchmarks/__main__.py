"""`make bench`: every benchmark in turn; results are kept and shown in docs/performance.md."""

from benchmarks import report, usage, yearly_run

# The contenders of the usage step are processes of their own, as are those of the yearly run.
if __name__ == "__main__":
    yearly_run.run()
    usage.run()
    report.write()

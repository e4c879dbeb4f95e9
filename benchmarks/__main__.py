"""`make bench`: every benchmark in turn; results are kept and shown in docs/performance.md."""

from benchmarks import answers, arrivals, landing, report, usage, yearly_run, years

# The contenders of the usage step are processes of their own, as are those of the yearly run.
if __name__ == "__main__":
    yearly_run.run()
    arrivals.run()
    years.run()
    answers.run()
    landing.run()
    usage.run()
    report.write()

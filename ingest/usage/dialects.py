"""What two engines write differently in the one definition of the feed's values and sums.

Belongs here: each expression that one engine lacks, once per engine. Does not: what makes a row
good (values.py) or what is summed (parts.py); those texts are the same for both.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.judging.literals import BLANKS

# Anything but plain ASCII without a control character, plus, comma or point. One comparison, since
# each runs once per distinct word but its answer is looked at once per row.
ODD = "'*[! -*/-~-]*'"
# The texts without it, for an engine without DuckDB's wildcards.
PLAIN_TEXT = r"^[ -*\-/-~]*\z"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


class DuckDB:
    """DuckDB's own; also what the other dialect overrides."""

    adding = "sum"
    """The function that adds whole numbers: DuckDB's sums have 128 bits."""

    def odd(self, value: str) -> str:
        """SQL that is false where a text is plain ASCII without a control character, plus, comma
        or point, so that nothing about it has to be looked at closely."""
        return f"{value} glob {ODD}"

    def matches(self, value: str, pattern: str) -> str:
        """SQL that is true where a pattern is found in a text."""
        return f"regexp_matches({value}, {quoted(pattern)})"

    def without_blanks(self, value: str) -> str:
        """SQL of a text without any script's blanks at its ends."""
        return f"trim({value}, {quoted(BLANKS)})"

    def position(self, value: str, words: Sequence[str]) -> str:
        """SQL of a text's place among words, from 1; null where it is not among them."""
        return f"list_position([{', '.join(map(quoted, words))}], {value})"

    def whole_nanoseconds(self, column: str) -> str:
        """SQL of the moment of a column of nanoseconds, cut to whole microseconds."""
        # A cast would round, and could move a moment past the end of a month.
        ns = f"epoch_ns({column})"
        return f"make_timestamp(({ns} - ({ns} % 1000 + 1000) % 1000) // 1000)"

    def zoned(self, column: str) -> str:
        """SQL of the moment in UTC of a column whose moments have a zone."""
        return f"timezone('UTC', {column})"

    def shifted(self, moment: str, microseconds: str, minutes: str) -> str:
        """SQL of a moment shifted by `microseconds` forwards and `minutes` backwards."""
        return f"{moment} + to_microseconds({microseconds}) - to_minutes({minutes})"

    def floor(self, column: str) -> str:
        """SQL of a number without its fraction."""
        return f"trunc({column})"


class Spark(DuckDB):
    """Spark's, in a session in which a backslash in a literal is itself, double quotes enclose a
    name, a timestamp has no zone and the session's zone is UTC (remote_spark_feed.py)."""

    # A sum beyond 64 bits is null, which its reader notices; a decimal sum would take several times
    # as long.
    adding = "try_sum"

    def odd(self, value: str) -> str:
        """See DuckDB."""
        return f"not ({self.matches(value, PLAIN_TEXT)})"

    def matches(self, value: str, pattern: str) -> str:
        """See DuckDB; in Java's patterns a dollar sign also comes before a last line end."""
        end = pattern.removesuffix("$") + r"\z" if pattern.endswith("$") else pattern
        return f"{value} rlike {quoted(end)}"

    def without_blanks(self, value: str) -> str:
        """See DuckDB."""
        return f"btrim({value}, {quoted(BLANKS)})"

    def position(self, value: str, words: Sequence[str]) -> str:
        """See DuckDB."""
        return f"nullif(array_position(array({', '.join(map(quoted, words))}), {value}), 0)"

    def whole_nanoseconds(self, column: str) -> str:
        """See DuckDB; the column is read as the whole numbers that are stored."""
        return f"cast(timestamp_micros(({column} - pmod({column}, 1000)) div 1000) as timestamp)"

    def zoned(self, column: str) -> str:
        """See DuckDB."""
        return f"cast({column} as timestamp)"

    def shifted(self, moment: str, microseconds: str, minutes: str) -> str:
        """See DuckDB."""
        later = f"timestampadd(microsecond, {microseconds}, {moment})"
        return f"timestampadd(minute, -({minutes}), {later})"

    def floor(self, column: str) -> str:
        """See DuckDB."""
        return f"floor({column})"


DUCKDB, SPARK = DuckDB(), Spark()

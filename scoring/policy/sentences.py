"""What a figure means to a partner, in sentences that the policy set words.

Belongs here: the shape of the wording, and filling it with figures. Does not: any program's own
words (the sets), or where they are said (scoring.first_lines, dashboards/letters).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from scoring.policy.frozen import Frozen

# The fields that a wording may use, each in the metric's unit: `gap` is what is missing, or too
# much.
FIELDS = ("value", "threshold", "gap")
FIELD = re.compile(r"\{(\w+)\}")


class Counted(Frozen):
    """A wording by number: `none` where the value is 0, `one` where the gap is 1, else `many`."""

    none: str | None = None
    one: str | None = None
    many: str

    def of(self, value: Decimal | None, gap: Decimal | None) -> str:
        """The form for a value and a gap, both in the metric's unit."""
        if self.none is not None and value == 0:
            return self.none
        return self.one if self.one is not None and gap == 1 else self.many

    def forms(self) -> dict[str, str]:
        """Each form that there is, by its name."""
        return {name: text for name, text in self.model_dump().items() if text is not None}


def _counted(value: object) -> object:
    """One text is used for every number."""
    return {"many": value} if isinstance(value, str) else value


Said = Annotated[
    Counted, BeforeValidator(_counted, json_schema_input_type=str | dict[str, str | None])
]


class Sentences(Frozen):
    """The sentences of the metric `id`: `about` completes "a person judges ...", `missed` says what
    was found where it is not met, and `act` what the partner should then do; each begins in lower
    case and ends without a full stop."""

    id: str
    about: str
    missed: Said
    act: Said

    def texts(self) -> dict[str, str]:
        """Every text, by its place."""
        return {
            "about": self.about,
            **{f"missed {name}": text for name, text in self.missed.forms().items()},
            **{f"act {name}": text for name, text in self.act.forms().items()},
        }


def filled(text: str, values: Mapping[str, str]) -> str:
    """A wording with its figures filled in; `values` has each of them as it is shown."""
    return FIELD.sub(lambda match: values[match[1]], text)


def unknown_fields(text: str) -> list[str]:
    """The fields of a wording that are not the name of any figure."""
    return sorted({name for name in FIELD.findall(text) if name not in FIELDS})


def wording_of(row: Mapping[str, str | None] | None) -> Sentences | None:
    """A row of policy.metric_sentences; None for a metric that the set does not word."""
    if row is None or row["about"] is None:
        return None

    def forms(name: str) -> dict[str, str | None]:
        return {form: row[f"{name}_{form}"] for form in Counted.model_fields}

    return Sentences.model_validate(
        {
            "id": row["metric"],
            "about": row["about"],
            "missed": forms("missed"),
            "act": forms("act"),
        }
    )

"""One criterion or requirement as a proof shows it, from a row of the warehouse.

Belongs here: the shape and the sentences of one criterion. Does not: queries, or a whole proof
(explain.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.assumed import Assumed, Rule
from scoring.measures import YES_OR_NO, capital, finding, to_do, without_yes_no
from scoring.policy.sentences import wording_of
from scoring.proof import SOURCED, Criterion, Evidence, Threshold
from scoring.rows import Row
from scoring.rungs import INVITATION, distance
from scoring.vocabulary import Status
from scoring.words import figure, word


def criterion_of(
    row: Row,
    program: str,
    evidence: dict[tuple[str, str | None], list[Evidence]],
    assumed: Mapping[Rule, tuple[Assumed, ...]],
) -> Criterion:
    """A criterion from a row of TIER_ROWS or REQUIREMENT_ROWS, with its evidence by (metric,
    program) and the unconfirmed values that it rests on."""
    rows = evidence.get((row["metric"], program), []) + evidence.get((row["metric"], None), [])
    rule = None
    # The dates and document of a parameter belong to the number that it has in this run's policy.
    same_rule = not row["is_published"] or row["threshold"] == row["threshold_now"]
    if row["threshold_parameter"] and same_rule:
        rule = Threshold(
            parameter=row["threshold_parameter"],
            label=row["parameter_label"] or row["threshold_parameter"],
            effective_from=row["effective_from"],
            effective_to=row["effective_to"],
            document=row["parameter_document"],
            section=row["parameter_section"],
            status=row["parameter_status"],
            **{name: row[name] for name in SOURCED},
        )
    return Criterion(
        id=row["id"],
        status=row["status"],
        value=row["value"],
        comparator=row["comparator"],
        threshold=row["threshold"],
        threshold_source=row["threshold_source"],
        clause=row["clause"],
        sentence=_yes_or_no(row) or row["reason"] or _sentence(row),
        program=program,
        strength=row["strength"],
        metric=row["metric"],
        unit=row["unit"],
        clause_text=row["clause_text"],
        document=row["document"],
        section=row["section"],
        threshold_rule=rule,
        evidence=tuple(rows),
        gap=row.get("gap"),
        other_value=row.get("other_value"),
        evidence_count=row.get("evidence_count"),
        is_published=row["is_published"],
        since=since_published(row),
        assumed=_assumed(row, program, assumed),
        wording=wording_of(row["wording"]),
    )


def _assumed(
    row: Row, program: str, assumed: Mapping[Rule, tuple[Assumed, ...]]
) -> tuple[Assumed, ...]:
    """The unconfirmed values, without the policy's threshold if the partner's own agreement
    overrides it."""
    reported = assumed.get((program, row.get("tier"), row["id"]), ())
    if row["threshold_source"] in (None, "policy", "expected"):
        return reported
    return tuple(one for one in reported if one.parameter != row["threshold_parameter"])


def since_published(row: Row) -> str | None:
    """What this run says if a published judgement differs; None where they agree."""
    if not row["is_published"]:
        return None
    if row["status_now"] is None:
        return "not judged any more"
    parts = []
    if (row["status"], row["value"]) != (row["status_now"], row["value_now"]):
        value = "nothing known" if row["value_now"] is None else figure(row["value_now"])
        parts.append(f"{word(row['status_now'])}, {value}")
    if row["threshold"] != row["threshold_now"]:
        needed = "nothing" if row["threshold_now"] is None else figure(row["threshold_now"])
        parts.append(f"{needed} needed")
    return "; ".join(parts) or None


def _yes_or_no(row: Row) -> str | None:
    """The sentence for a yes-or-no metric; None for figures. For a no it is the policy's sentence
    about what was found, if there is one."""
    if row["unit"] != YES_OR_NO or row["value"] is None:
        return None
    label = without_yes_no(row["label"] or row["metric"])
    if row["reason"]:
        label = without_yes_no(row["reason"]).partition(": ")[0]
    _, sep, rest = (row["reason"] or "").partition("needed. ")
    answer = f"{label}: {'yes' if row['value'] else 'no'}"
    if row["metric"] == INVITATION and row["status"] == Status.NEEDS_REVIEW:
        answer = f"{label}: not answered yet"
    words = wording_of(row["wording"])
    if row["status"] == Status.NOT_MET and words:
        answer = capital(finding(words, row))
    return f"{answer}.{f' {rest}' if sep and rest else ''}"


def _sentence(row: Row) -> str:
    label = row["label"] or row["metric"] or row["id"]
    if row["value"] is None:
        return f"{label}: nothing is known."
    bound = {">=": "at least ", "<=": "at most "}.get(row["comparator"], "")
    return f"{label}: {figure(row['value'])}; {bound}{figure(row['threshold'])} needed."


def change_words(row: Row) -> str | None:
    """What would have made a failing criterion pass, in the metric's unit."""
    if row["status"] in (Status.MET, Status.NOT_APPLICABLE):
        return None
    if row["status"] == Status.WAIVED:
        return _without_waiver(row)
    if row["metric"] == INVITATION:
        return "an accepted invitation"
    if row["status"] == Status.NO_EVIDENCE:
        return "a delivery of what it reads"
    if row["status"] == Status.NEEDS_REVIEW:
        return "a person's judgement of the open question"
    if row["value"] is None or row["threshold"] is None:
        return None
    if words := wording_of(row["wording"]):
        return to_do(words, row)
    if row["unit"] == YES_OR_NO:
        return "yes instead of no"
    missing = -distance(row["comparator"], row["value"], row["threshold"])
    way = {">=": "more", "<=": "fewer"}.get(row["comparator"], "apart")
    return f"{figure(missing)} {way} ({row['unit'] or row['metric']})"


def _without_waiver(row: Row) -> str:
    """What the answer would be without the waiver; a criterion itself only has the status
    `waived`."""
    return {
        Status.NOT_MET: "without the waiver it would not be met",
        Status.NO_EVIDENCE: "without the waiver evidence would be missing",
        Status.NEEDS_REVIEW: "without the waiver a person would have to judge it",
    }.get(row["underlying_status"], "nothing but the waiver lets it pass")

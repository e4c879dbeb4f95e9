"""A proof as a tree: the answer, each criterion with its clause and threshold, the rows behind.

Belongs here: how a proof is drawn. Does not: what is in it (scoring/proof.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from scoring.proof import Criterion, Evidence, Proof, published_words
from scoring.vocabulary import FAILING, Status, Strength
from scoring.words import figure, parted, plural, spoken

EVIDENCE_SHOWN = 12
THOUSAND = 1000
STYLES: dict[str, str] = {
    Status.MET: "green",
    Status.WAIVED: "green",
    Status.NOT_MET: "red",
    Status.NO_EVIDENCE: "yellow",
    Status.NEEDS_REVIEW: "yellow",
}


def draw_proof(console: Console, proof: Proof, tiers: Mapping[str, str]) -> None:
    """Print the tree; colour and width are the console's. `tiers`: id -> label."""
    console.print(_tree(proof, tiers))


def _tree(proof: Proof, tiers: Mapping[str, str]) -> Tree:
    first = "\n".join(proof.answer)
    sentence = str(proof.decision["sentence"])
    tree = Tree(Text(first or sentence, style="bold"))
    if first:
        tree.add(Text(spoken(sentence)))
    shown: set[tuple[Evidence, ...]] = set()
    if published := published_words(proof.decision):
        tree.add(Text(published))
    # Readers want to know what fails.
    for criterion in sorted(proof.criteria, key=lambda c: c.status not in FAILING):
        _branch(tree, criterion, shown, tiers)
    return tree


def _branch(
    tree: Tree,
    criterion: Criterion,
    shown: set[tuple[Evidence, ...]],
    tiers: Mapping[str, str],
) -> None:
    tier = tiers.get(criterion.tier or "", criterion.tier)
    head = Text.assemble(
        (f"{tier}: " if tier else "", "dim"),
        (spoken(criterion.id), "bold"),
        "  ",
        (spoken(criterion.status), STYLES.get(criterion.status, "dim")),
        (f" ({criterion.strength})" if criterion.strength == Strength.SHOULD else "", "dim"),
        f"  {_sentence(criterion)}",
    )
    node = tree.add(head)
    if criterion.clause:
        places = (criterion.document, criterion.section)
        where = ", ".join(spoken(part) for part in places if part)
        words = f" {criterion.clause_text}" if criterion.clause_text else ""
        node.add(Text(f"clause {criterion.clause}{f' ({where})' if where else ''}:{words}"))
    if criterion.threshold is not None:
        rule = criterion.threshold_rule.sentence if criterion.threshold_rule else ""
        source = criterion.threshold_source or ""
        own = (
            f"agreement {source}"
            if source not in ("", "policy")
            else rule or source or "as published"
        )
        node.add(
            Text(f"threshold {criterion.comparator} {figure(criterion.threshold)}: {spoken(own)}")
        )
    elif criterion.threshold_rule:
        node.add(Text(f"rule: {spoken(criterion.threshold_rule.sentence)}"))
    shown_already = criterion.threshold_rule.parameter if criterion.threshold_rule else None
    for one in criterion.assumed:
        # The threshold's own line says so already.
        if one.parameter != shown_already:
            node.add(Text(f"rests on: {spoken(one.sentence)}", style="dim"))
    if criterion.since:
        node.add(Text(f"as published; the data of today say: {criterion.since}", style="yellow"))
    if criterion.change:
        node.add(Text(f"what would have changed it: {spoken(criterion.change)}", style="italic"))
    if criterion.pivot and criterion.pivot != criterion.evidence:
        turns = node.add(Text(f"decided by: {plural(len(criterion.pivot), 'row')}"))
        for row in criterion.pivot[:EVIDENCE_SHOWN]:
            turns.add(_row(row))
    if criterion.unread:
        beside = node.add(Text(f"could not be read: {plural(len(criterion.unread), 'row')}"))
        for unread in criterion.unread[:EVIDENCE_SHOWN]:
            beside.add(Text(spoken(unread.sentence), style="yellow" if unread.decides else ""))
    for part in criterion.parts:
        _branch(node, part, shown, tiers)
    if not criterion.parts:
        _rows(node, criterion, shown)


def _row(row: Evidence) -> Text:
    return Text(f"{row.place}{f': {parted(spoken(row.detail))}' if row.detail else ''}")


def _sentence(criterion: Criterion) -> str:
    """The stored reason, with thousands separators in its figures as everywhere else."""
    sentence = parted(spoken(criterion.sentence))
    for value in (criterion.value, criterion.threshold):
        # Below 10,000, only the criterion's own figures can be told from other numbers.
        if value is not None and abs(value) >= THOUSAND:
            plain = f"{value:f}"
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            sentence = re.sub(
                rf"(?<![\d.,]){re.escape(plain)}(?![\d,]|\.\d)", figure(value), sentence
            )
    return sentence


def _rows(node: Tree, criterion: Criterion, shown: set[tuple[Evidence, ...]]) -> None:
    if not criterion.evidence:
        node.add(Text("evidence: no rows in what was delivered", style="dim"))
        return
    if criterion.evidence in shown:
        again = f"evidence: the same {plural(len(criterion.evidence), 'row')} as above"
        node.add(Text(again, style="dim"))
        return
    shown.add(criterion.evidence)
    rows = node.add(Text(f"evidence: {plural(len(criterion.evidence), 'row')}"))
    for row in criterion.evidence[:EVIDENCE_SHOWN]:
        rows.add(_row(row))
    more = len(criterion.evidence) - EVIDENCE_SHOWN
    if more > 0:
        rows.add(Text(f"and {plural(more, 'more row')} (--json lists all)", style="dim"))

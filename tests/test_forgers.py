"""Every sentence of docs/ledger.md about a forger names the tests that try it.

Belongs here: which test tries which sentence. Does not: the forgeries, which are in the tests of
what they forge.
"""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.test_house import PROJECT

PAGE = PROJECT / "docs" / "ledger.md"
VOUCHING, STAMPING = "scoring/test_vouching.py", "scoring/test_stamping.py"
LETTERS, LEDGER = "dashboards/test_signed_letters.py", "scoring/test_ledger.py"
TOLD, ERASING = "orchestration/test_ledger.py", "orchestration/test_erasing.py"
ERASED, SHOWN = "scoring/test_ledger_erased.py", "orchestration/test_shown_results.py"
VERIFY, PROGRAM = "scoring/test_ledger_verify.py", "orchestration/test_program.py"
KEPT = "orchestration/test_kept_answers.py"

# The first cell of a row of "What stops a forger", without its marks.
FORGERS = {
    "changes a record, the policy kept with it, a list of deliveries or a kept file": [
        f"{TOLD}::test_single_bytes_changed_anywhere_are_noticed",
        f"{LEDGER}::test_the_first_record_that_broke_is_named",
        f"{VERIFY}::test_a_kept_file_that_is_not_its_name_is_named",
        f"{KEPT}::test_a_kept_answer_that_was_changed_is_named",
    ],
    "rewrites and rechains records, to change a decision, by, on or reason": [
        f"{VOUCHING}::test_a_ledger_written_anew_has_nobody_who_vouches"
    ],
    "also removes the signature": [f"{VOUCHING}::test_a_statement_taken_away_or_changed"],
    "signs again with a key of their own": [
        f"{VOUCHING}::test_a_ledger_written_anew_and_signed_by_somebody_else"
    ],
    "also changes allowed_signers": [
        f"{VOUCHING}::test_who_also_writes_the_list_of_signers_is_seen_by_ones_own_list"
    ],
    "uses a signature that an allowed key made for something else": [
        f"{VOUCHING}::test_a_signature_for_another_purpose_does_not_count"
    ],
    "signs with an expired key": [f"{VOUCHING}::test_a_key_vouches_in_its_time_only"],
    "also states an earlier moment in what is signed": [
        f"{VOUCHING}::test_an_expired_key_that_states_an_earlier_moment_has_to_be_taken_off",
        f"{STAMPING}::test_who_stamps_anew_cannot_have_an_earlier_moment",
    ],
    "changes a byte of a signed letter, or adds to it": [
        f"{LETTERS}::test_a_changed_byte_anywhere_is_seen",
        f"{LETTERS}::test_what_is_added_afterwards_is_seen",
    ],
    "signs a letter with a key of their own": [
        f"{LETTERS}::test_who_is_not_on_the_list_is_named_and_not_trusted"
    ],
    "also puts an allowed signer's name, or what that key signed, into the certificate": [
        f"{LETTERS}::test_a_certificate_that_names_somebody_else_does_not_help"
    ],
    "sends a letter without a signature": [
        f"{LETTERS}::test_a_letter_that_nobody_signed_and_one_that_is_none"
    ],
    "changes the stated day in made.json": [
        f"{STAMPING}::test_a_changed_moment_is_seen",
        f"{STAMPING}::test_a_stated_day_rewritten_with_its_digest_is_not_the_ledgers",
        f"{STAMPING}::test_a_ledger_written_anew_has_no_stamp",
        f"{VOUCHING}::test_a_ledger_written_anew_has_nobody_who_vouches",
    ],
    "changes the machine's moment in made.json": [
        f"{STAMPING}::test_a_changed_moment_is_seen",
        f"{STAMPING}::test_a_moment_rewritten_with_its_digest_is_a_claim_beside_the_stamp",
    ],
    "rewrites records and keeps the stamp": [
        f"{STAMPING}::test_a_ledger_written_anew_has_no_stamp"
    ],
    "also removes the stamp": [f"{STAMPING}::test_who_takes_the_stamp_away_is_seen"],
    "publishes again and has that stamped, to backdate it": [
        f"{STAMPING}::test_who_stamps_anew_cannot_have_an_earlier_moment"
    ],
    "stamps it with an authority of their own": [
        f"{STAMPING}::test_an_authority_of_ones_own_is_not_trusted"
    ],
    "presents an authority's earlier answer to a new request": [
        f"{STAMPING}::test_an_answer_to_another_question_is_not_taken"
    ],
    "removes whole publications from the end": [
        f"{LEDGER}::test_a_cut_tail_shows_only_to_who_noted_the_head"
    ],
    "has an allowed signer's key": [
        f"{VOUCHING}::test_an_allowed_signers_key_vouches_for_whatever_it_signs",
        f"{STAMPING}::test_a_ledger_written_anew_has_no_stamp",
    ],
}
# Words of other sections, exactly as written there.
SENTENCES = {
    "somebody rewrote the ledger from some record to its end together with the deliveries": [
        f"{LEDGER}::test_a_rewritten_tail_is_another_ledger",
        f"{LEDGER}::test_a_cut_tail_shows_only_to_who_noted_the_head",
    ],
    "It never takes a tier, a status, a figure or a count from the record": [
        f"{ERASED}::test_a_token_stands_for_words_and_nothing_else",
        f"{ERASED}::test_other_values_are_never_taken_from_the_record",
    ],
    "computed again. `verify --bytes-only` cannot detect it, and says how many": [
        f"{ERASING}::test_a_change_behind_the_record_is_found"
    ],
    "A line that was cut or changed breaks the chain": [
        f"{ERASING}::test_a_record_that_is_cut_or_not_chained_is_found",
        f"{ERASED}::test_a_line_that_is_not_chained_is_named",
    ],
    "who erased and why is vouched for only by the next signed publication": [
        f"{ERASED}::test_who_erased_is_held_by_the_next_publication_alone"
    ],
    "A file that was changed or removed is named": [
        f"{TOLD}::test_a_usage_file_that_is_gone_is_named"
    ],
    "A command that reads stops with exit code 1 and names each difference": [
        f"{SHOWN}::test_readers_stop_at_a_changed_table"
    ],
    "A run names each difference, makes the table again": [
        f"{SHOWN}::test_a_run_names_each_difference_and_puts_it_right"
    ],
    "A file of the site that is gone or was changed is made again": [
        f"{SHOWN}::test_files_of_the_site_that_are_gone_or_broken_are_made_again"
    ],
    "is refused, by name, before anything is shown or written": [
        f"{PROGRAM}::test_another_program_is_refused_before_anything_is_written"
    ],
}


def rows() -> list[str]:
    """The first cells of the table of forgers."""
    part = PAGE.read_text("utf-8").split("## What stops a forger")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.*?) \|", part, re.MULTILINE)
    return [cell.replace("`", "") for cell in cells if cell.strip("- ")][1:]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((PROJECT / "tests" / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_forger_of_the_page_is_tried():
    assert rows() == [*FORGERS]


@pytest.mark.parametrize("words", SENTENCES)
def test_a_sentence_stands_on_the_page(words):
    assert words in PAGE.read_text("utf-8")


@pytest.mark.parametrize("sentence", [*FORGERS, *SENTENCES])
def test_what_tries_it_is_a_test(sentence):
    tried = {**FORGERS, **SENTENCES}[sentence]
    assert tried
    for name in tried:
        file, _, function = name.partition("::")
        assert function.startswith("test_") and function in functions_of(file), name

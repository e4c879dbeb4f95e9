"""`docs/people.md`: what is held about people, written from the contract for a lawyer to read.

Belongs here: the page's words and tables. Does not: the marks (sources.yaml), the kinds of people
(people.yaml), or a search for one person (personal_data.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.judging.contract import entities, landed_members
from ingest.people.landed import columns_under_tokens, is_id, kinds

PAGE = Path(__file__).parent.with_name("docs") / "people.md"
LINE = "Made by `make generate` from ingest/sources.yaml and ingest/people.yaml; do not edit."
OPENING = """\
Plumbline judges companies. Of people it holds only what a rule counts or a person answers for, and
this page lists all of it, column by column: what is held, why, how long, and who sees it. What a
column does not need to hold does not land (below).
"""
PLACES = """\
## Where it lies
- The landing zone: files as their senders wrote them. It is yours; Plumbline reads it, and writes
  there only when somebody runs `plumbline decide` or `plumbline erase`.
- `raw/`: the same bytes, kept to prove published decisions. The folder is open to nobody but the
  account that runs Plumbline (modes 0700 and 0600).
- `people.jsonl`: the values of the columns marked as under a token, and for whom each token stands,
  beside the warehouse and open to nobody but the account that runs Plumbline (0600). Delete it, and
  the next run makes it again from `raw/`.
- The warehouse and its copy for readers: the columns above, under tokens where that is said, and
  what models make of them.
- `ledger/`: published decisions. They name companies. Of people they hold who published, who took
  a refused file in, who granted a waiver, and the reason with which somebody ended a status;
  contacts by their ids and inside digests. A publication of an earlier release can hold the address
  by which two contacts were taken for one person.
- The site, letters, bundles and exports: as the column "who sees it" says.

Sending files and mails out (`plumbline notify`) takes what it sends to where you said; what is
there is no longer Plumbline's.
"""
TOKENS = """\
A token is a keyed digest: the same for the same value, so that contacts with one address stay one
person, and nothing to anybody without the key and the value. Pages, Today and the leadership's
files put names in place of tokens for the columns that the policy lists in `today.shown_people`;
none of them shows a contact's address. An account owner whom the list leaves out, or who was
erased, is not named there; the role stands in their place.

Who decided, granted or sponsored lands as it is: a decision of a person is recorded with who, when
and why, and whoever proves a publication later has to read the same. A free text is the reason of
such a decision, in its writer's words.
"""
HOW_LONG = """\
## How long
What is published must be provable for as long as it stands, so nothing is deleted by itself.
`plumbline erase` replaces one who asks for it by a token that stands for nobody outside of this
warehouse: figures, counts of people and published decisions stay what they were, and `plumbline
verify` shows it. `retention:` in plumbline.yaml gives the people of an entity a time in months
after the last day that speaks of them, and `plumbline retention --by NAME --apply` erases those
whose time is over and whom nothing else needs. In Dagster the schedule `retention_monthly` does so
on the first of each month, once somebody has started it. While a dispute needs the evidence,
`plumbline hold` keeps all of them from doing so.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# People's data",
        f"<!-- {LINE} -->",
        OPENING,
        "\n".join(_kinds()),
        "\n".join(_columns()),
        "\n".join(_left_out()),
        PLACES,
        HOW_LONG,
        ASKED,
    ]
    return "\n".join(f"{part.rstrip()}\n" for part in parts)


ASKED = """\
## When a person asks
`plumbline person EMAIL` lists everything that is held of one person: table, file, row, and why.

`plumbline erase EMAIL --by NAME --reason TEXT` shows what an erasure would change, and does it with
`--apply`:
- The person is all contacts with the address, by their ids, with the names of these contacts and
  with further addresses that nobody else has. Addresses go wherever they stand; names from the
  rows that are the person's; of a contact's own row also every column that the contract does not
  know. The id of a contact stays, unless it is the address: alone it names nobody.
- Kept files and those of the landing zone are written anew, in their own form (delimited text,
  JSON, parquet, workbooks), then tables, pages and the copy for readers. The warehouse is written
  without the blocks that it had given up.
- Before anything is replaced, every publication is computed again from the new files. If one would
  not hold, nothing is changed.
- `raw/erasures.jsonl` says for each file which digest took the place of which, how many rows and
  values changed, who erased, when and why, and names the person by a token. Each line is chained
  to the one before, and a publication says how far the record went ([the ledger](ledger.md)).
- A token is the one that the value has had since it landed, so that tables and publications stay
  as they are; `people.jsonl` no longer says whom it stands for. Tokens are made with the secret in
  `people.key` (mode 0600) beside the warehouse. Once it is deleted, nobody can ever test a token
  against an address; everything then lands anew under other tokens, and a publication whose
  evidence names a contact by an id that is an address can't be proved any more.
- What stays is named with what to do about it: what is published, files that can't be written anew,
  an object store, runs known at a past moment, copies in folders that `--also` names. The exit
  code is then 1. What `plumbline export`, `letters`, `portal` and `bundle` wrote is noted beside
  the warehouse (`given-out.jsonl`), and is made again where it names the person.
- A name in free text is not found by an address. The command names the texts about the person's
  partners that hold it, for a person to read.
"""


def _kinds() -> Iterator[str]:
    yield "## Who, why, and who sees it"
    yield "| kind | who | why | clauses | who sees it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, kind in kinds().items():
        clauses = ", ".join(kind["clauses"]) or "—"
        words = (name.replace("_", " "), kind["who"], kind["why"], clauses, kind["seen_by"])
        yield f"| {' | '.join(words)} |"


def _columns() -> Iterator[str]:
    yield "## What"
    yield TOKENS
    yield "| source | entity | column | kind | lands as |"
    yield "| --- | --- | --- | --- | --- |"
    for entity in entities():
        for column, kind in entity.people:
            words = kind.replace("_", " ")
            is_under = column in columns_under_tokens(entity)
            how = (
                "as it is" if not is_under else "token, if an address" if is_id(column) else "token"
            )
            yield f"| {entity.source} | `{entity.name}` | `{column}` | {words} | {how} |"


def _left_out() -> Iterator[str]:
    yield "## What does not land"
    yield "The account-mapping vendor's pages name the owners of accounts and the people of leads."
    yield "No rule reads them, so they stay in the kept bytes; of a record land its key and:"
    yield ""
    for family, names in landed_members().items():
        yield f"- of `{family}`: {', '.join(f'`{name}`' for name in names)}"
    yield ""
    yield "Of every other endpoint only the key of a record lands. A column that the contract does"
    yield "not know stays beside its row (`_extra`; under a token where the row names people under"
    yield "tokens), where `plumbline person` and `plumbline erase` look too."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()

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
Plumbline judges companies. About people it holds only what a rule counts or what somebody is
responsible for. This page lists all of it, column by column: what is held, why, for how long, and
who sees it. Data about people that no rule needs does not land (below).
"""
PLACES = """\
## Where it is kept
- The landing zone: files as their senders wrote them. It is yours. Plumbline reads it, and writes
  there only what it fetches (`plumbline pull`), what people decide or accept (`plumbline decide`,
  `--accept`), and erasures (`plumbline erase`).
- `raw/`: the same bytes, kept to prove published decisions. Only the account that runs Plumbline
  can open this folder (modes 0700 and 0600).
- `people.jsonl`, beside the warehouse: the values that tokens replace. Only the account that runs
  Plumbline can open it (mode 0600). If you delete it, the next run makes it again from `raw/`.
- The warehouse and its copy for readers: the columns above, as tokens where the table says so, and
  what the models compute from them.
- `ledger/`: published decisions, which are about companies. They name the people who published, who
  accepted a refused file or who granted a waiver, and contain the reason for which somebody ended
  a status. Contacts appear only by their ids and inside digests. A publication of an earlier
  release can contain the address by which two contacts were taken for one person.
- The site, letters, bundles and exports: what the column "who sees it" says.

`plumbline notify` sends messages to the destinations that you configured; Plumbline has no control
over what has arrived there.
"""
TOKENS = """\
A token is a keyed digest that replaces a value. The same value always has the same token, so that
contacts with one address still count as one person; without the key, nobody can tell whom a token
represents. Pages, Today and the leadership pack show names instead of tokens for the columns that
the policy lists in `today.shown_people`; none of them shows a contact's address. For an account
owner who is not on that list, or who was erased, they show the role instead.

The names of people who decided, granted or sponsored something land unchanged: a decision is
recorded with who made it, when and why, and anybody who proves a publication later has to read the
same. A free text is the reason for such a decision, in its writer's words.
"""
HOW_LONG = """\
## How long it is kept
Published decisions must remain provable, so nothing is deleted automatically unless you configure
it.

- `plumbline erase` replaces a person who asks for it by tokens that represent nobody any more.
  Figures, counts of people and published decisions stay the same, and `plumbline verify` shows it.
- `retention:` in plumbline.yaml says for how many months people are kept after the last day in
  their entries. `plumbline retention --by NAME --apply` erases the people whose time is over and
  whom no other entry needs. Dagster's schedule `retention_monthly` does the same on the first of
  each month, once somebody has started it.
- `plumbline hold` prevents all of these while a dispute needs the evidence.
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
`plumbline person EMAIL` lists everything that is held about one person: table, file, row, and why.

`plumbline erase EMAIL --by NAME --reason TEXT` shows what an erasure would change; with `--apply`
it erases:

- **Who the person is.** All contacts with the address, with their names, and with further addresses
  that nobody else has.
- **What is replaced.** The addresses wherever they occur, the names in rows about the person, and
  in the contact's own row also every column that the contract does not know. The id of a contact
  stays, unless it is an address, because alone it names nobody.
- **Where.** Kept files and files in the landing zone are rewritten in their own format (delimited
  text, JSON, parquet, workbooks). Tables, pages and the copy for readers follow, and the warehouse
  is compacted so that no freed block holds the old values.
- **What is checked first.** Every publication is computed again from the rewritten files. If one
  would no longer hold, nothing is changed.
- **The record.** `raw/erasures.jsonl` has for each file the old and the new digest, how many rows
  and values changed, who erased, when and why. It names the person only by a token. Each line is
  chained to the one before, and a publication states how far the record went
  ([the ledger](ledger.md)).
- **Tokens.** An erased person keeps the tokens that they have had since they landed, so tables and
  publications stay as they are; `people.jsonl` no longer says whom they represent. Tokens are made
  with the secret in `people.key` (mode 0600) beside the warehouse. If you delete that file, nobody
  can test a token against an address any more; but then everything lands again with other tokens,
  and a publication whose evidence names a contact by an id that is an address can no longer be
  proved.
- **What remains.** The command lists every place that still names the person and what to do about
  it: publications, files that cannot be rewritten, an object store, runs known at a past moment,
  copies in folders that `--also` names. The exit code is then 1. Outputs of `plumbline export`,
  `letters`, `portal` and `bundle` are recorded beside the warehouse (`given-out.jsonl`), and made
  again where they name the person.
- **Free text.** A name in free text cannot be identified by an address. The command lists the texts
  about the person's partners that contain the name, for a person to check.
"""


def _kinds() -> Iterator[str]:
    yield "## Kinds of people: why they are held, and who sees them"
    yield "| kind | who | why | clauses | who sees it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, kind in kinds().items():
        clauses = ", ".join(kind["clauses"]) or "—"
        words = (name.replace("_", " "), kind["who"], kind["why"], clauses, kind["seen_by"])
        yield f"| {' | '.join(words)} |"


def _columns() -> Iterator[str]:
    yield "## What is held"
    yield TOKENS
    yield "| source | entity | column | kind | lands as |"
    yield "| --- | --- | --- | --- | --- |"
    for entity in entities():
        for column, kind in entity.people:
            words = kind.replace("_", " ")
            how = "unchanged"
            if column in columns_under_tokens(entity):
                how = "token, if an address" if is_id(column) else "token"
            yield f"| {entity.source} | `{entity.name}` | `{column}` | {words} | {how} |"


def _left_out() -> Iterator[str]:
    yield "## What does not land"
    yield "The account-mapping vendor's pages name account owners and the people of leads. No rule"
    yield "reads these, so they stay in the kept bytes. What lands of a record is its key and:"
    yield ""
    for family, names in landed_members().items():
        yield f"- of `{family}`: {', '.join(f'`{name}`' for name in names)}"
    yield ""
    yield "From every other endpoint only the key of a record lands. A column that the contract"
    yield "does not know is kept beside its row (`_extra`; as a token if the row's people are"
    yield "tokens); `plumbline person` and `plumbline erase` search it too."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()

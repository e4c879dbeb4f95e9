"""A person taken out of files of every form: nobody else changes, and the rows read as before."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.erasing.files import NotRewritten, holds, without
from ingest.erasing.person import Person, partners_of, person_of
from ingest.people.store import people_of
from ingest.people.tokens import TOKEN, Tokens

KIM = Person(("kim@example.com",), frozenset({"C-1"}), ("Kim Ode",), Tokens(b"s" * 32))
CONTACTS = "contact_id,partner_id,name,email,role,active_from,phone\n"


def made(content, file="contacts.csv", entity="contacts"):
    data = content.encode() if isinstance(content, str) else content
    rewritten = without(KIM, data, file, entity)
    assert rewritten is not None and not holds(KIM, rewritten.data)
    return rewritten


def test_a_contacts_row_keeps_what_rules_read_and_its_form():
    text = (
        "\ufeff"
        + CONTACTS.replace("\n", "\r\n")
        + 'C-1,P1,"Ode, Kim",Kim@Example.com,sales,2024-01-01,555\r\n'
        + "C-2,P1,Kim Ode,akim@example.com,sales,2024-01-01,556\r\n"
        + 'C-1,P2,K. Ode,,sales,2025-01-01,"5 ""5"""\r\n'
    )
    rewritten = made(text)
    lines = rewritten.data.decode("utf-8").split("\r\n")
    assert lines[0] == text.split("\r\n")[0] and lines[2] == text.split("\r\n")[2]
    for place in (1, 3):
        cells = lines[place].split(",")
        assert cells[0] == "C-1" and cells[-3:-1] == [
            "sales",
            text.split("\r\n")[place][-99:].split(",")[-2],
        ]
    assert (rewritten.rows, rewritten.values) == (2, 5)


def test_tokens_keep_two_people_two_and_one_one():
    assert KIM.token("kim@example.com") == KIM.token(" kim@example.com ").lower()
    assert KIM.token("KIM@example.com") != KIM.token("kim@example.com")
    assert KIM.token("KIM@example.com").lower() == KIM.token("kim@example.com")
    assert KIM.token("akim@example.com").lower() != KIM.token("kim@example.com")
    other = Person(KIM.addresses, KIM.ids, KIM.names, Tokens(b"t" * 32))
    assert other.token("kim@example.com") != KIM.token("kim@example.com")
    assert TOKEN.fullmatch(KIM.token("Kim"))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter(codec, mark):
    text = CONTACTS.replace(",", mark) + mark.join(
        ["C-9", "P1", "Zoë Ñu" if codec != "utf-16" else "Zoë", "kim@example.com", "sales", "x", ""]
    )
    rewritten = made((text + "\n").encode(codec))
    assert "kim" not in rewritten.data.decode(codec).lower()
    assert rewritten.data.decode(codec).startswith(CONTACTS.replace(",", mark))


def test_addresses_elsewhere_go_and_names_only_beside_them():
    text = (
        "review,partner_id,program,decision,decided_on,decided_by,rationale\n"
        "2025-H1,P1,reseller,remediate,2025-07-01,Kim Ode <kim@example.com>,Kim Ode said so\n"
        "2025-H1,P2,reseller,remediate,2025-07-01,Kim Ode,unlike kim@example.com.au\n"
    )
    lines = made(text, "x.csv", "governance_decisions").data.decode().split("\n")
    assert "Ode" not in lines[1] and lines[1].startswith(
        "2025-H1,P1,reseller,remediate,2025-07-01,"
    )
    assert lines[2] == text.split("\n")[2]


def test_pages_and_lines_of_json_keep_their_numbers():
    page = (
        '{"data": [{"size": 1.50, "n": 12345678901234567890, "partner_owner":'
        ' {"owner_name": "K. O.", "owner_email": "kim@example.com", "owner_id": "u-1"}},'
        ' {"partner_owner": {"owner_name": "K. O.", "owner_email": "akim@example.com"}}]}'
    )
    rest = made(page, "overlaps_accounts-1.json", "crossbeam_api").data.decode()
    assert '"size": 1.50' in rest and "12345678901234567890" in rest
    first, second = json.loads(rest)["data"]
    assert first["partner_owner"]["owner_id"] == "u-1" and "K. O." not in str(first)
    assert second["partner_owner"]["owner_name"] == "K. O."
    lines = (
        '{"contact_id":"C-1","name":"Kim","email":"kim@example.com"}\nbad {"a":"kim@example.com"\n'
    )
    rest = made(lines, "contacts.ndjson").data.decode()
    assert "Kim" not in rest and rest.count("\n") == 2 and rest.split("\n")[1].startswith("bad {")


def test_parquet_keeps_its_types_and_other_rows():
    table = pa.table(
        {
            "contact_id": ["C-1", "C-2", None],
            "name": pa.array(["Kim Ode", "Kim Ode", "x"]).dictionary_encode(),
            "email": ["kim@example.com", "b@example.com", None],
            "active_from": pa.array([1, 2, 3], pa.date32()),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    after = pq.read_table(io.BytesIO(made(out.getvalue(), "contacts.parquet").data))
    assert after.schema.equals(table.schema)
    assert after.to_pylist()[1:] == table.to_pylist()[1:]
    assert TOKEN.fullmatch(after["email"][0].as_py()) and TOKEN.fullmatch(after["name"][0].as_py())


def test_workbooks_lose_addresses_and_authors():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("docProps/core.xml", "<dc:creator>Kim Ode</dc:creator>")
        book.writestr(
            "xl/sharedStrings.xml", "<t>ask Kim@example.com, please</t><t>akim@example.com</t>"
        )
        book.writestr("xl/media/logo.png", b"\x89PNG")
    rewritten = made(out.getvalue(), "report.xlsx", "workbook")
    with zipfile.ZipFile(io.BytesIO(rewritten.data)) as book:
        assert b"Kim" not in book.read("docProps/core.xml")
        assert b"<t>akim@example.com</t>" in book.read("xl/sharedStrings.xml")
        assert book.read("xl/media/logo.png") == b"\x89PNG"


def test_what_can_not_be_written_anew_is_named():
    with pytest.raises(NotRewritten, match=r"files ending in \.pdf"):
        without(KIM, b"%PDF kim@example.com", "contacts.pdf", "contacts")
    assert without(KIM, b"%PDF", "contacts.pdf", "contacts") is None
    assert without(KIM, b"account_id,name\nA1,Kim Ode\n", "accounts.csv", "accounts") is None


def test_who_a_person_is(zone):
    zone.put(
        "partner_activity/contacts.csv",
        "contact_id,partner_id,name,email,role,active_from\n"
        "C-1,P1,Kim Ode,kim@example.com,sales,2024-01-01\n"
        "C-1,P2,Kim Ode-Lee,k.ode@example.org,sales,2025-01-01\n"
        "C-3,P1,Kim Ode,desk@example.com,sales,2024-01-01\n"
        "C-4,P1,Al,desk@example.com,sales,2024-01-01\n"
        "C-5,P1,Bo,bo@example.com,sales,2024-01-01\n",
    )
    zone.land()
    people = people_of(zone.store.parent, make=False)
    kim = person_of(zone.con, " KIM@example.com", people)
    assert kim.addresses == ("kim@example.com", "k.ode@example.org")
    assert (kim.ids, kim.names) == (frozenset({"C-1"}), ("Kim Ode", "Kim Ode-Lee"))
    assert person_of(zone.con, "desk@example.com", people).ids == {"C-3", "C-4"}


def test_whose_partners_a_person_is_delivered_under(zone):
    """In any column that names people: whom a hold covers."""
    zone.put(
        "partner_activity/contacts.csv",
        "contact_id,partner_id,name,email,role,active_from\nC-1,P1,Kim,kim@example.com,sales,2024-01-01\n",
    )
    zone.put(
        "partner_activity/partner_owners.csv",
        "partner_id,owner,role,active_from\nP2,Kim@Example.com,partner_manager,2024-01-01\n"
        "P9,bo@example.com,partner_manager,2024-01-01\n",
    )
    zone.put(
        "deal_registration/registrations.csv",
        "registration_id,partner_id,customer_name,submitted_at,via_form,is_renewal\n"
        "R1,P3,Acme,2024-01-01T08:00:00Z,true,false\n",
    )
    zone.put(
        "deal_registration/registration_events.csv",
        "registration_id,event,occurred_at,decided_by\n"
        "R1,approved,2024-01-02T08:00:00Z,kim@example.com\n",
    )
    zone.put(
        "decisions/waivers.csv",
        "waiver_id,partner_id,program,requirement,valid_from,valid_to,granted_by,reason\n"
        "W1,P4,reseller,RESL-PLAN,2024-01-01,2024-12-31,Board,as kim@example.com wrote\n",
    )
    zone.land()
    people = people_of(zone.store.parent, make=False)
    kim = person_of(zone.con, "kim@example.com", people)
    assert partners_of(zone.con, kim) == ["P1", "P2", "P3", "P4"]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_quoting_only_the_persons_values_change(seed):
    rng = random.Random(seed)
    bits = ["kim@example.com", "a", '"', '""', ",", "\n", "\r\n", '"x', 'y"', '"p,q"', " ", "é"]
    text = CONTACTS + "".join(rng.choices(bits, k=rng.randint(1, 60)))
    rewritten = without(KIM, text.encode(), "contacts.csv", "contacts")
    if rewritten is None:
        assert "kim@example.com" not in text or not holds(KIM, text.encode())
        return
    rest = rewritten.data.decode()
    assert not holds(KIM, rewritten.data)
    assert rest.count("\n") == text.count("\n")

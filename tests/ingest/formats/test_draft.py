"""The proposal of a map: it finds what is plain, says what is not, and invents nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from ingest.formats.draft import draft_map, save_draft
from ingest.formats.map_model import parse_map
from ingest.formats.map_values import convert

EXPORT = (
    "Reseller;Month;Line no;Type;Contract No;Client;Web site;Start;End;Net amount;Curr\n"
    "P1;2025-03;1;New;S1;Müller & Co;mueller.de;31.01.2025;30.01.2026;1.234,50;EUR\n"
    "P1;2025-03;2;Renewal;S2;Acme;acme.com;01.02.2025;31.01.2026;99,00;EUR\n"
)


def drafted(tmp_path: Path, text: str, entity: str | None = None) -> tuple[str, Path]:
    file = tmp_path / "their export.csv"
    file.write_text(text, encoding="utf-8")
    proposal = draft_map(file, entity)
    path = tmp_path / "map.yaml"
    path.write_text(proposal, encoding="utf-8")
    return proposal, path


def test_a_plain_export_is_recognised_and_its_map_loads(tmp_path: Path) -> None:
    _, path = drafted(tmp_path, EXPORT)
    layout = parse_map(path.read_text("utf-8"))
    assert layout.entity == "subscription_lines"
    theirs = {name: rule.from_ for name, rule in layout.columns.items()}
    assert theirs == {
        "partner_id": "Reseller",
        "report_month": "Month",
        "line_id": "Line no",
        "line_type": "Type",
        "subscription_id": "Contract No",
        "customer_name": "Client",
        "customer_domain": "Web site",
        "term_start": "Start",
        "term_end": "End",
        "amount": "Net amount",
        "currency": "Curr",
    }
    assert layout.columns["term_start"].format == "%d.%m.%Y"
    assert (layout.decimal, layout.group) == (",", ".")


def test_the_drafted_locale_reads_the_amounts(tmp_path: Path) -> None:
    from ingest.judging.contract import entity

    layout = parse_map(drafted(tmp_path, EXPORT)[1].read_text("utf-8"))
    column = entity("subscription_lines").column("amount")
    rule = layout.columns["amount"]
    assert convert("1.234,50", rule, column, layout, ZoneInfo("UTC")) == "1234.50"


@pytest.mark.parametrize(
    ("amounts", "asks"),
    [
        (("1.234", "12.500"), True),
        (("1,234", "12,500"), True),
        (("1.234", "12.50"), False),
        (("1.5", "3"), False),
    ],
)
def test_amounts_that_may_mean_two_numbers_are_asked_about(
    amounts: tuple[str, ...], asks: bool, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    rows = [f"O{n};A1;2025-01-0{n};new;direct;{a};EUR\n" for n, a in enumerate(amounts, start=1)]
    header = "Deal;Account;Created;Kind;Channel;Deal amount;Currency\n"
    path.write_text(header + "".join(rows), "utf-8")
    drafted = draft_map(path, "opportunities")
    assert (f"such as {', '.join(amounts)} could be read in two locales" in drafted) is asks


def test_what_is_missing_is_said_and_the_map_does_not_load(tmp_path: Path) -> None:
    text = "\n".join(",".join(row.split(";")[2:9]) for row in EXPORT.splitlines()) + "\n"
    proposal, path = drafted(tmp_path, text, "subscription_lines")
    assert "nothing like it was found: partner_id" in proposal
    assert "nothing like it was found: amount" in proposal
    with pytest.raises(ValueError, match="needs amount, currency, partner_id"):
        parse_map(path.read_text("utf-8"))


def test_a_date_that_fits_two_formats_is_left_to_the_person(tmp_path: Path) -> None:
    text = EXPORT.replace("31.01.2025", "01/02/2025").replace("01.02.2025", "03/04/2025")
    proposal, path = drafted(tmp_path, text)
    assert "more than one date format fits, choose: %m/%d/%Y, %d/%m/%Y" in proposal
    assert parse_map(path.read_text("utf-8")).columns["term_start"].format is None


def test_the_folder_of_a_landing_zone_names_the_entity(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "crm" / "accounts"
    folder.mkdir(parents=True)
    (folder / "x.csv").write_text("Id,Company\n1,Acme\n")
    assert yaml.safe_load(draft_map(folder / "x.csv"))["entity"] == "accounts"


def test_hostile_names_and_values_stay_values(tmp_path: Path) -> None:
    nasty = '"a: {b}\n# c","Client\'""","x\x85y"\n"1: [","!!python/object:os.system","="\n'
    proposal, _ = drafted(tmp_path, nasty, "accounts")
    loaded = yaml.safe_load(proposal)
    assert loaded["entity"] == "accounts"
    assert set(loaded) <= {"id", "title", "entity", "header", "columns"}


def test_a_file_that_is_no_table_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"")
    with pytest.raises(ValueError, match="can't be read as a table"):
        draft_map(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_text("a,b\n")
    with pytest.raises(ValueError, match="no entity 'nonsense'"):
        draft_map(tmp_path / "y.csv", "nonsense")


@pytest.mark.parametrize("title", ["Sales of March", "Sales of March;;;"])
def test_a_title_above_the_names_of_columns_is_no_layout(title: str, tmp_path: Path) -> None:
    text = f"{title}\n\nOrder;Kunde;Datum;Betrag\n1;A;2025-03-02;1,50\n"
    with pytest.raises(ValueError, match=r"row 1 is a title .* row 3: delete the rows above it"):
        drafted(tmp_path, text)


def test_a_day_is_never_taken_for_a_number(tmp_path: Path) -> None:
    drawn = columns_of(tmp_path, "Kunde;Bis;Betrag", "A;31.12.2025;1,50", "B;30.06.2026;2,50")
    taken = {rule["from"] for rule in drawn["columns"].values() if "from" in rule}
    assert "Betrag" in taken
    assert drawn["columns"].get("quantity", {}).get("from") != "Bis"


def test_an_overlap_is_known_by_the_id_of_its_account_and_not_by_its_website(tmp_path) -> None:
    header = "Partner Name,Account Name,Account Website,SFDC ID,Our Population,Partner Account,"
    proposal, _ = drafted(
        tmp_path,
        f"{header}Their Population,First Seen\nP1,Eins,eins.de,001A,Customers,Kunde 1,"
        "Customers,2025-02-01\n",
        "overlaps",
    )
    columns = yaml.safe_load(proposal)["columns"]
    named = ("account_id", "partner_record_name", "account_domain")
    theirs = [columns[name]["from"] for name in named]
    assert theirs == ["SFDC ID", "Partner Account", "Account Website"]
    assert "partner_id" not in columns, "a name is no id, so the person is asked"


def test_a_moment_is_seen_as_one(tmp_path: Path) -> None:
    text = EXPORT.replace("31.01.2025", "2025-01-31").replace("01.02.2025", "2025-02-01")
    rule = parse_map(drafted(tmp_path, text)[1].read_text("utf-8")).columns["term_start"]
    assert rule.format is None
    assert datetime.fromisoformat("2025-01-31")


def columns_of(tmp_path: Path, header: str, *rows: str) -> dict:
    proposal, _ = drafted(tmp_path, "\n".join([header, *rows]) + "\n")
    return yaml.safe_load(proposal)


@pytest.mark.parametrize(
    ("header", "row", "amount"),
    [
        ("Order,Customer,Date,Qty,Unit Price,Total", "1,A,2025-01-02,2,10.00,20.00", "Total"),
        ("Order,Customer,Date,Qty,Price,Total", "1,A,2025-01-02,2,10.00,20.00", "Total"),
        (
            "Order;Kunde;Datum;Menge;Einzelpreis;Gesamtpreis",
            "1;A;2025-01-02;2;1,50;3,00",
            "Gesamtpreis",
        ),
        (
            "Order;Client;Date;Quantité;Prix unitaire;Montant",
            "1;A;2025-01-02;2;1,50;3,00",
            "Montant",
        ),
        (
            "Deal,End User,Gross,Net,VAT,From,To",
            "D,A,119.00,100.00,19.00,2025-01-01,2025-12-31",
            "Net",
        ),
        (
            "Order,Customer,Date,Quantity,List Price,Cost,Revenue",
            "1,A,2025-01-02,2,10,5,18",
            "Revenue",
        ),
    ],
)
def test_the_amount_is_that_of_the_line_and_never_the_price_of_one(
    tmp_path, header, row, amount
) -> None:
    layout_drafted = columns_of(tmp_path, header, row)
    assert layout_drafted["entity"] == "subscription_lines"
    assert layout_drafted["columns"]["amount"]["from"] == amount
    quantity = layout_drafted["columns"].get("quantity")
    assert quantity is None or quantity["from"] in ("Qty", "Menge", "Quantité", "Quantity")


def test_a_price_of_one_alone_is_taken_times_the_quantity_or_asked_for(tmp_path) -> None:
    layout_drafted = columns_of(
        tmp_path,
        "contract,client,from_day,to_day,UnitPrice,Quantity",
        "S1,C1,2025-01-01,2025-12-31,30.00,2",
    )
    assert layout_drafted["columns"]["amount"] == {"from": "UnitPrice", "times": ["Quantity"]}
    assert "UnitPrice" in layout_drafted["header"]
    text, _ = drafted(
        tmp_path, "OrderNumber,ResellerKey,OrderDate,UnitPrice\nA1,R1,2025-01-15,10\n"
    )
    assert "amount" not in (yaml.safe_load(text)["columns"] or {})
    assert '"UnitPrice" is the price of one; times what?' in text


def test_a_day_that_fits_two_formats_has_that_of_the_file_s_other_days(tmp_path) -> None:
    layout_drafted = columns_of(
        tmp_path, "contract,client,start,end,total", "S1,C1,01/02/2025,31/01/2026,5"
    )
    assert layout_drafted["columns"]["term_start"]["format"] == "%d/%m/%Y"


def test_a_table_of_sales_is_no_list_of_opportunities_and_calls_are_usage(tmp_path) -> None:
    sales = "Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Category,Sales,Quantity"
    row = "1,CA-1,2016-11-08,2016-11-11,CG-1,Claire,Furniture,261.96,2"
    assert columns_of(tmp_path, sales, row)["entity"] == "subscription_lines"
    calls = "app,tenant,timestamp,method,status,hits"
    layout_drafted = columns_of(tmp_path, calls, "a,c,2025-01-01T00:00:00Z,GET,200,3")
    assert layout_drafted["entity"] == "usage_events"


@pytest.mark.parametrize(
    ("entity", "text", "columns"),
    [
        (
            "partners",
            "Account ID,Account Name,Website,Partner Since,Status\n"
            "A1,Alba,alba.example,2023-03-01,Active\n",
            {"partner_id": "Account ID", "name": "Account Name", "joined_on": "Partner Since"},
        ),
        (
            "enrollments",
            "Account ID,Program,Member Since,Member Until\nA1,Reseller,2023-03-05,\n",
            {"partner_id": "Account ID", "enrolled_on": "Member Since", "ended_on": "Member Until"},
        ),
        (
            "contacts",
            "Person ID,Account ID,Full Name,Email Address,Role,From,To\n"
            "P1,A1,Ann Lee,ann@alba.example,Partnership Manager,2023-03-05,\n",
            {"contact_id": "Person ID", "partner_id": "Account ID", "email": "Email Address"}
            | {"active_from": "From", "active_to": "To"},
        ),
        (
            "trainings",
            "Certificate No,Account ID,Person ID,Course,Track,Date Completed,Passed,Valid Until\n"
            "C1,A1,P1,Setup,services-certification,2025-02-01,Yes,2027-02-01\n",
            {"training_id": "Certificate No", "partner_id": "Account ID"}
            | {"contact_id": "Person ID", "expires_on": "Valid Until"},
        ),
    ],
)
def test_an_account_is_a_partner_among_partners(entity, text, columns, tmp_path) -> None:
    proposal, path = drafted(tmp_path, text, entity)
    rules = parse_map(path.read_text("utf-8")).columns
    theirs = {name: rule.from_ for name, rule in rules.items()}
    assert columns.items() <= theirs.items()
    # A word of ours with blanks or capitals is no question.
    values = {name: rule.values for name, rule in rules.items() if rule.values}
    assert values == {
        "contacts": {"role": {"Partnership Manager": "partnership_manager"}},
        "trainings": {"track": {"services-certification": "services_certification"}},
    }.get(entity, {})
    assert "add values" not in proposal


def test_a_file_in_our_own_layout_needs_no_map_and_none_is_saved(tmp_path: Path) -> None:
    ours = "account_id,Name,domain,customer since\nA1,Acme,acme.com,2025-01-31\n"
    proposal, _ = drafted(tmp_path, ours, "accounts")
    assert proposal.endswith(
        "# No map is needed: its columns have our names already; --save keeps none.\n"
    )
    assert save_draft(proposal, tmp_path / "maps") is None
    assert not (tmp_path / "maps").exists()


@pytest.mark.parametrize(
    "text",
    [
        # Days in a form that the contract does not take.
        "account_id,name,customer_since\nA1,Acme,31/01/2025\nA2,Bee,13/02/2025\n",
        # A required column under another name.
        "account_id,company name\nA1,Acme\n",
    ],
)
def test_our_names_over_other_values_still_need_one(tmp_path: Path, text: str) -> None:
    proposal, _ = drafted(tmp_path, text, "accounts")
    assert "No map is needed" not in proposal
    saved = save_draft(proposal, tmp_path / "maps")
    assert saved and saved.path.exists()

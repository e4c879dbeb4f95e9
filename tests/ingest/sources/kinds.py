"""A small world for each kind of source: what it has, and how it changes, breaks off and refuses.

Belongs here: the worlds. Does not: what is expected of them (test_what_lands.py).
"""

import base64
import io
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import obstore
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.sources import (
    api_pages,
    delta_sharing,
    following,
    hubspot,
    mailbox,
    objects,
    query,
    salesforce,
    sftp,
)
from ingest.sources.fetched import Fetched, SourceError
from ingest.sources.objects import StoreError
from tests.crm.server import SECRET
from tests.ingest.sources.test_hubspot import company
from tests.ingest.sources.test_mailbox import send
from tests.ingest.sources.test_query import TABLE, execute
from tests.ingest.sources.test_salesforce import account

MOMENT = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Kind:
    """What all worlds share. `writes` is the module whose `place` puts a file into the zone."""

    writes = None
    # Whether the same page comes as the same bytes; Salesforce numbers its queries.
    same_bytes = True

    def __init__(self):
        self.turn = 0

    def pull(self, landing, state):
        """What one pull brought; a refusal of the whole source is a fault too."""
        self.turn += 1
        try:
            return self.fetch(landing, state, MOMENT + timedelta(days=self.turn))
        except (SourceError, StoreError) as error:
            return [Fetched("all", fault=str(error))]

    @contextmanager
    def killed(self, monkeypatch):
        """Every pull inside ends before the last file that it would write."""
        real, left = self.writes.place, [self.files - 1]

        def place(*args):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return real(*args)

        with monkeypatch.context() as patched:
            patched.setattr(self.writes, "place", place)
            yield


class Bucket(Kind):
    """A landing zone in S3."""

    files, refused, reshaped = 2, "403", ""

    def __init__(self, address):
        super().__init__()
        self.address, self.store = address, objects.open_store(address)
        self.put("a", "account_id,name\nA1,Acme\n")
        self.put("b", "account_id,name\nA2,Beta\n")

    def put(self, name, text):
        obstore.put(self.store, f"crm/accounts-{name}.csv", text.encode())

    def fetch(self, landing, state, now):
        return [Fetched(key, key) for key in following.sync(self.address, landing).fetched]

    def change(self):
        self.put("b", "account_id,name\nA2,Beta Ltd\n")

    def reshape(self):
        self.put("b", "account_id,title\nA2,Beta\n")

    def revoke(self):
        os.environ["AWS_SECRET_ACCESS_KEY"] = "revoked"  # put back by the fixture's monkeypatch

    @contextmanager
    def killed(self, monkeypatch):
        real, left = following._fetch, [1]

        def fetch(*args):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return real(*args)

        with monkeypatch.context() as patched:
            patched.setattr(following, "_fetch", fetch)
            patched.setattr(following, "FETCHERS", 1)
            yield


class Container(Bucket):
    """A landing zone in Azure."""

    def revoke(self):
        os.environ["AZURE_STORAGE_ACCOUNT_KEY"] = base64.b64encode(b"revoked").decode()


class Query(Kind):
    """A query of Postgres."""

    writes, files = query, 1
    refused, reshaped = "does not exist", "the query's columns have changed: owner came, name went"

    def __init__(self, uri):
        super().__init__()
        execute(uri, "drop table if exists accounts;" + TABLE)
        self.spec = {"name": "q", "driver": "postgresql", "uri": uri, "into": "crm/accounts"}
        self.spec["query"] = "select * from accounts order by account_id"

    def fetch(self, landing, state, now):
        return query.fetch(self.spec, landing, state, now)

    def change(self):
        execute(self.spec["uri"], "insert into accounts values ('A3', 'New', 1, '2026-01-05')")

    def reshape(self):
        statements = "alter table accounts drop column name; alter table accounts add owner text"
        execute(self.spec["uri"], statements)

    def revoke(self):
        self.spec["uri"] += "_revoked"


class Sftp(Kind):
    """Files on an SFTP server."""

    writes, files, refused, reshaped = sftp, 2, "refuses acme", ""

    def __init__(self, folder, port, known):
        super().__init__()
        self.folder = folder
        self.change("A1")
        (folder / "b.csv").write_text("account_id,name\nA2,Beta\n", "utf-8")
        self.spec = {"host": "127.0.0.1", "port": port, "user": "acme", "password": "right"}
        self.spec |= {"known_hosts": str(known), "folder": "/", "into": "crm/accounts"}

    def fetch(self, landing, state, now):
        return sftp.fetch(self.spec, landing, state)

    def change(self, name="Renamed"):
        (self.folder / "a.csv").write_text(f"account_id,name\nA1,{name}\n", "utf-8")

    def reshape(self):
        (self.folder / "a.csv").write_text("account_id,title,more\nA1,Acme,1\n", "utf-8")

    def revoke(self):
        self.spec["password"] = "revoked"


class Mailbox(Kind):
    """Attachments of a mailbox."""

    writes, files, refused, reshaped = mailbox, 2, "check the password", ""

    def __init__(self, port):
        super().__init__()
        self.spec = {"host": "127.0.0.1", "port": port, "tls": False, "password": "right"}
        self.spec |= {"user": f"u{os.urandom(4).hex()}", "senders": {"a@acme.example": "P-1"}}
        self.spec["into"] = "reseller_reports/workbook"
        self.send("1", b"a\n1\n")
        self.send("2", b"a\n2\n")

    def send(self, mark, content):
        message = (self.spec["port"], self.spec["user"], "a@acme.example", f"{mark}.csv", content)
        send(*message, mark=f"<{mark}@acme.example>")

    def fetch(self, landing, state, now):
        return mailbox.fetch(self.spec, landing, state)

    def change(self):
        self.send("3", b"a\n3\n")

    def reshape(self):
        self.send("4", b"b\n4\n")

    def revoke(self):
        self.spec["password"] = "revoked"


class Salesforce(Kind):
    """Accounts of Salesforce, two records per page."""

    same_bytes = False

    writes, files, refused, reshaped = api_pages, 2, "invalid_client", "No such column 'Website'"

    def __init__(self, crm):
        super().__init__()
        self.crm = crm
        crm.objects = {"Account": [account(n) for n in (1, 2, 3)], "Opportunity": []}
        self.spec = {"name": "sf", "url": crm.url, "client_id": "c", "client_secret": SECRET}
        columns = "Id, Name, Website, IsDeleted, SystemModstamp"
        accounts = {"query": f"SELECT {columns} FROM Account ORDER BY Id", "into": "crm/accounts"}
        self.spec["queries"] = {"accounts": accounts}

    def fetch(self, landing, state, now):
        return salesforce.fetch(self.spec, landing, state, now, lambda _: None)

    def change(self):
        self.crm.objects["Account"][2]["Name"] = "Renamed"

    def reshape(self):
        self.crm.unknown.add("Website")

    def revoke(self):
        self.crm.unknown.clear()
        self.spec["client_secret"] = "revoked"


class HubSpot(Kind):
    """Companies of HubSpot, two records per page."""

    writes, files, refused, reshaped = api_pages, 2, "answers 401", ""

    def __init__(self, crm):
        super().__init__()
        self.crm, crm.tokens = crm, 1
        crm.objects = {"companies": [company(n) for n in (1, 2, 3)]}
        companies = {"companies": {"properties": ["name", "domain"], "into": "crm/accounts"}}
        self.spec = {"name": "hs", "url": crm.url, "token": "token-1", "objects": companies}

    def fetch(self, landing, state, now):
        return hubspot.fetch(self.spec, landing, state, now, lambda _: None)

    def change(self):
        self.crm.objects["companies"][2]["properties"]["name"] = "Renamed"

    def reshape(self):
        del self.crm.objects["companies"][2]["properties"]["domain"]

    def revoke(self):
        self.crm.revoked.add("token-1")


class DeltaSharing(Kind):
    """A table shared by Delta Sharing, two files."""

    writes, files, refused, reshaped = delta_sharing, 2, "answers 401", ""

    def __init__(self, shared, server, folder):
        super().__init__()
        self.shared, self.server = shared, server
        server.trouble = shared.trouble
        self.add("f2", account_id=["A2"], name=["Beta"])
        profile = {"shareCredentialsVersion": 1, "endpoint": server.url, "bearerToken": "token-1"}
        (folder / "a.share").write_text(json.dumps(profile), "utf-8")
        self.spec = {"name": "sh", "profile": str(folder / "a.share")}
        self.spec["tables"] = {"accounts": {"table": "s.crm.accounts", "into": "crm/accounts"}}

    def add(self, mark, **columns):
        file = io.BytesIO()
        pq.write_table(pa.table(columns), file)
        self.shared.files[mark] = (file.getvalue(), {})
        self.shared.version += 1

    def fetch(self, landing, state, now):
        return delta_sharing.fetch(self.spec, landing, state, lambda _: None)

    def change(self):
        self.add("f3", account_id=["A3"], name=["New"])

    def reshape(self):
        self.add("f4", account_id=["A4"], title=["Another"])

    def revoke(self):
        self.server.revoked.add("token-1")

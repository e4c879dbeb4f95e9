"""Reads shared tables with the Delta Sharing project's own client and prints their rows as JSON.

Belongs here: the one call of it. Does not: anything of ours; it runs in .venv-sharing, since its
pins do not fit (docs/testing.md).

    .venv-sharing/bin/python official_client.py PROFILE TABLE...
"""

import json
import sys

import delta_sharing

if __name__ == "__main__":
    profile, *tables = sys.argv[1:]
    client = delta_sharing.SharingClient(profile)
    listed = [f"{one.share}.{one.schema}.{one.name}" for one in client.list_all_tables()]
    rows = {
        table: delta_sharing.load_as_pandas(f"{profile}#{table}").to_json(
            orient="records", date_format="iso"
        )
        for table in tables
    }
    print(
        json.dumps({"listed": listed, "rows": {name: json.loads(of) for name, of in rows.items()}})
    )

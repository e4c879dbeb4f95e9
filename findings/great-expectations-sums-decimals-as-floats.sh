#!/usr/bin/env bash
# great-expectations 1.24.1 with pandas 3: the sum of a column of Decimal is observed as a binary
# float, so an expectation on a sum is blind below the float's resolution. Amounts that add up to
# 90071992547409.9301 satisfy an expectation of exactly 90071992547409.9302. An expectation on single
# values compares the decimals as they are and does see the difference.
#
# Output seen:
#   sum expected 90071992547409.9302: True, observed float 90071992547409.94
#   value at least 90071992547409.9302: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet great-expectations==1.24.1 'pandas>=3,<4'
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
import logging
import os
import warnings
from decimal import Decimal

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
frame = pd.DataFrame({"amount": [Decimal("90071992547409.9301")]})
asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("amounts")
whole = asset.add_batch_definition_whole_dataframe("all")
batch = whole.get_batch(batch_parameters={"dataframe": frame})
other = Decimal("90071992547409.9302")
total = batch.validate(gxe.ExpectColumnSumToBeBetween(column="amount", min_value=other, max_value=other))
seen = total.result["observed_value"]
print(f"sum expected {other}: {total.success}, observed {type(seen).__name__} {seen}")
each = batch.validate(gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=other))
print(f"value at least {other}: {each.success}")
assert total.success and isinstance(seen, float) and not each.success
PY

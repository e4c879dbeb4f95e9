#!/usr/bin/env bash
# openlineage-python 1.54.0: a Decimal in a facet is written as the text
# "<<non-serializable: Decimal>>", and a NaN as the bare word NaN, which is no JSON. Neither raises,
# so that an event with money in it leaves with its amounts lost. Convert both before they go in.
#
# Output seen:
#   {"min": NaN, "quantiles": {}, "sum": "<<non-serializable: Decimal>>"}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet openlineage-python==1.54.0
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
import json
from decimal import Decimal

from openlineage.client.facet_v2 import data_quality_metrics_input_dataset as quality
from openlineage.client.serde import Serde

column = quality.ColumnMetrics(sum=Decimal("100000.0001"), min=float("nan"))
text = Serde.to_json(quality.DataQualityMetricsInputDatasetFacet(columnMetrics={"arr_usd": column}))
print(json.dumps(json.loads(text)["columnMetrics"]["arr_usd"]))
assert "<<non-serializable: Decimal>>" in text and '"min": NaN' in text
PY

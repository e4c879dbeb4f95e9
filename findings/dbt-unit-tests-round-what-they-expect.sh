#!/usr/bin/env bash
# dbt-core 1.12.6, dbt-duckdb 1.11.1: what a unit test expects is cast to the type of the model's column
# before it is compared, so that an expectation which the model does not meet passes when it differs
# behind the column's last place: 3.3349 "equals" 3.33 in a decimal(18,2), and 1.4 "equals" 1 in an
# integer. Given rows are cast to their columns likewise. A test of money by cents cannot tell rounding
# half a cent wrong from right unless what it expects has no more places than the column.
#
# Output seen:
#   model gives 3.33, test expects 3.3349: passes
#   model gives 1, test expects 1.4: passes
#   model gives 3.33, test expects 3.34: fails
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
# Without dependencies, and all but one named here: dbt-core asks for a parser that only some of its
# commands use and that is fetched while it is installed.
"$folder/env/bin/python" -m pip install --quiet --no-deps dbt-core==1.12.6 dbt-duckdb==1.11.1 \
  duckdb==2.0.1 dbt-adapters==1.24.5 dbt-common==1.39.0 dbt-extractor==0.6.0 dbt-protos==1.0.615 \
  metricflow==0.213.0 agate==1.9.1 annotated-types==0.8.0 attrs==26.1.0 babel==2.18.0 \
  certifi==2026.10.18 charset_normalizer==3.5.2 click==8.5.1 colorama==0.4.6 daff==1.4.2 \
  deepdiff==8.6.2 idna==3.20 importlib-metadata==10.2.0 isodate==0.7.2 jinja2==3.1.6 \
  jsonschema==4.26.0 jsonschema-specifications==2025.9.1 lazy-importer==0.1.0 leather==0.4.1 \
  markupsafe==3.0.4 mashumaro==3.17 msgpack==1.2.4 more-itertools==10.8.0 networkx==3.6.1 opentelemetry-api==1.45.2 \
  orderly-set==5.5.0 packaging==26.3 parsedatetime==2.6 pathspec==1.0.4 protobuf==6.33.6 \
  pydantic==2.14.3 pydantic-core==2.50.4 python-dateutil==2.9.0.post0 python-dotenv==1.2.4 \
  python-slugify==9.2.0 pytimeparse==1.1.10 pytz==2026.6 pyyaml==6.0.3 rapidfuzz==3.14.6 \
  referencing==0.37.0 requests==2.34.2 rpds-py==2026.9.1 six==1.17.0 snowplow-tracker==1.1.0 \
  sqlglot==30.30.0 sqlparse==0.6.1 tabulate==0.10.0 text-unidecode==1.3 typing-extensions==4.16.0 \
  typing-inspection==0.4.5 urllib3==2.8.0 zipp==4.1.2
cd "$folder"
mkdir models
cat >dbt_project.yml <<'YML'
name: rounding
profile: rounding
model-paths: [models]
YML
cat >profiles.yml <<'YML'
rounding: {target: here, outputs: {here: {type: duckdb, path: here.duckdb}}}
YML
echo "select 1 as id, cast(10 as decimal(18, 2)) as amount" >models/source.sql
echo "select id, cast(amount / 3 as decimal(18, 2)) as share from {{ ref('source') }}" >models/shares.sql
cat >models/tests.yml <<'YML'
unit_tests:
  - name: behind_the_last_place
    model: shares
    given: [{input: ref('source'), rows: [{id: 1, amount: 10}]}]
    expect: {rows: [{id: 1, share: 3.3349}]}
  - name: integer
    model: shares
    given: [{input: ref('source'), rows: [{id: 1, amount: 10}]}]
    expect: {rows: [{id: 1.4, share: 3.33}]}
  - name: in_the_last_place
    model: shares
    given: [{input: ref('source'), rows: [{id: 1, amount: 10}]}]
    expect: {rows: [{id: 1, share: 3.34}]}
YML
export DBT_PROFILES_DIR=. DBT_SEND_ANONYMOUS_USAGE_STATS=false
env/bin/dbt --quiet run --select source >/dev/null
env/bin/dbt --quiet test >/dev/null || true
env/bin/python - <<'PY'
import json
import sys
from pathlib import Path

results = json.loads(Path("target/run_results.json").read_text())["results"]
status = {each["unique_id"].split(".")[-1]: each["status"] for each in results}
asked = {
    "behind_the_last_place": "model gives 3.33, test expects 3.3349",
    "integer": "model gives 1, test expects 1.4",
    "in_the_last_place": "model gives 3.33, test expects 3.34",
}
for name, words in asked.items():
    print(f"{words}: {status[name]}{'es' if status[name] == 'pass' else 's'}")
expected = {"behind_the_last_place": "pass", "integer": "pass", "in_the_last_place": "fail"}
sys.exit(0 if status == expected else 1)
PY

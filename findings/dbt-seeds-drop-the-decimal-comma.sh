#!/usr/bin/env bash
# dbt-core 1.12.6, dbt-common 1.39.0: a seed's values are read before they go to the database, and what is
# read as a number loses its commas and its signs of currency and percent. In a file with semicolons, which
# dbt takes when told the delimiter, 12,50 is 1250, and 1.250,50 is 1.2505; $100 and €100 are both 100, and
# 50% is 50 beside a 0.5. No warning is given, and the column is numeric. Adapters insert these values;
# dbt-duckdb 1.11.1 does with `fast: false`, and by default has DuckDB read the file itself, which refuses
# 12,50 for the integer that dbt made of the column. A column whose type is stated is handed over as the
# file has it, so that as decimal(18, 2) it is refused and as text it is whole. The documentation of seeds
# recommends to state types only where the inference does not work, and says nothing of what it takes off.
# It matters because price lists, exchange rates and shares of partners are kept as seeds, and offices
# in Europe save them so.
#
# Output seen:
#   12,50 -> 1250, as text 12,50
#   1.250,50 -> 1.2505
#   $100 and €100 -> 100 and 100
#   50% and 0.5 -> 50.0 and 0.5
#   12,50 read by DuckDB: refused, as decimal(18, 2): refused
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
mkdir seeds
cat >dbt_project.yml <<'YML'
name: prices
profile: prices
seed-paths: [seeds]
seeds:
  prices:
    +delimiter: ";"
    inserted:
      +fast: false
      +column_types: {text: varchar}
    stated:
      +fast: false
      +column_types: {fee: "decimal(18, 2)"}
YML
cat >profiles.yml <<'YML'
prices: {target: here, outputs: {here: {type: duckdb, path: here.duckdb}}}
YML
cat >seeds/inserted.csv <<'CSV'
fee;text;yearly;budget;share
12,50;12,50;1.250,50;$100;50%
99,90;99,90;2.500,75;€100;0.5
CSV
printf 'fee\n12,50\n99,90\n' >seeds/copied.csv
cp seeds/copied.csv seeds/stated.csv
export DBT_PROFILES_DIR=. DBT_SEND_ANONYMOUS_USAGE_STATS=false
env/bin/dbt --quiet seed --select inserted >/dev/null
refused=()
for seed in copied stated; do
  env/bin/dbt --quiet seed --select "$seed" >/dev/null || refused+=("$seed")
done
env/bin/python - "${refused[@]}" <<'PY'
import sys

import duckdb

con = duckdb.connect("here.duckdb", read_only=True)
con.execute("select * from inserted order by fee")
[(fee, text, yearly, dollars, half), (*_, euros, other_half)] = con.fetchall()
copied, stated = ["refused" if seed in sys.argv else "loaded" for seed in ("copied", "stated")]
print(f"12,50 -> {fee}, as text {text}")
print(f"1.250,50 -> {yearly}")
print(f"$100 and €100 -> {dollars} and {euros}")
print(f"50% and 0.5 -> {half} and {other_half}")
print(f"12,50 read by DuckDB: {copied}, as decimal(18, 2): {stated}")
results = (fee, text, yearly, dollars, euros, half, other_half, copied, stated)
expected = (1250, "12,50", 1.2505, 100, 100, 50.0, 0.5, "refused", "refused")
sys.exit(0 if results == expected else 1)
PY

#!/usr/bin/env bash
# dagster 1.13.27: a run of one partition may make assets that have no partitions beside those that
# do. The materialization of such an asset carries no partition, but its checks look for one of the
# run's partition only. They find none, although the same step has just made the asset, and the
# evaluation is stored without the materialization that it judged: only times tell which state of
# the table passed. The same asset in a run without a partition gets its target, and so does one
# with partitions in a run of one.
#
# Output seen:
#   run of one partition, asset without partitions: judged None
#   run of one partition, asset with partitions: judged the run's own
#   run without a partition, asset without partitions: judged the run's own
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet dagster==1.13.27
cat > "$folder/judged.py" <<'PY'
import logging

import dagster as dg

logging.disable(logging.CRITICAL)
YEARS = dg.StaticPartitionsDefinition(["2025"])


def table(name, partitions=None):
    spec = dg.AssetSpec(name, partitions_def=partitions)

    @dg.multi_asset(specs=[spec], check_specs=[dg.AssetCheckSpec("holds", asset=name)], name=name)
    def make():
        yield dg.MaterializeResult(name)
        yield dg.AssetCheckResult(asset_key=name, check_name="holds", passed=True)

    return make


ASSETS = [table("every_year"), table("by_year", YEARS)]
DEFINITIONS = dg.Definitions(
    ASSETS,
    jobs=[
        dg.define_asset_job("both"),
        dg.define_asset_job("alone", selection=["every_year"]),
    ],
)


def judged(job, name, partition):
    with dg.instance_for_test() as instance:
        run = DEFINITIONS.resolve_job_def(job).execute_in_process(
            instance=instance, partition_key=partition
        )
        [made] = [e for e in run.get_asset_materialization_events() if e.asset_key.path == [name]]
        assert made.partition == (partition if name == "by_year" else None)
        [check] = [c for c in run.get_asset_check_evaluations() if c.asset_key.path == [name]]
        target = check.target_materialization_data
        return target and ("the run's own" if target.run_id == run.run_id else target.run_id)


OWN = "the run's own"
for words, expected, case in [
    ("run of one partition, asset without partitions", None, ("both", "every_year", "2025")),
    ("run of one partition, asset with partitions", OWN, ("both", "by_year", "2025")),
    ("run without a partition, asset without partitions", OWN, ("alone", "every_year", None)),
]:
    seen = judged(*case)
    print(f"{words}: judged {seen}")
    assert seen == expected
PY
"$folder/env/bin/python" "$folder/judged.py"

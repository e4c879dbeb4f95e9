"""The states of a check's record, for which Dagster has no public names."""

from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

FAILED = AssetCheckExecutionRecordStatus.FAILED
PLANNED = AssetCheckExecutionRecordStatus.PLANNED

-- Every usage row in force, read in place. `landing.usage_events` already holds, for each path,
-- only the delivery known at the run's moment.
select
    app_id, company_id, occurred_at, http_method, response_code, call_count, _delivery_id, _file,
    _received_at
from {{ source('landing', 'usage_events') }}

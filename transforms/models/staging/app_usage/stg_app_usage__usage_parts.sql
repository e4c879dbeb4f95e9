-- Usage in force, summed by app, company, month of the program's zone, success and file. All rows
-- of a part are on one side of whatever begins or ends; its first moment shows which; company is
-- null where the calls were not successful.
select
    app_id, company_id, month, is_successful, feed_rows, calls, calls_read, calls_write, first_at,
    last_at, delivery_id as _delivery_id, _file, _received_at
from {{ source('landing', 'usage_calls') }}

-- Failing means that rows of a delivery were lost silently.
select delivery_id, source, entity, file, rows_read
from {{ source('landing', 'deliveries') }}
where rows_read <> rows_accepted + rows_quarantined + rows_duplicate

-- The record in force for each key of the account-mapping vendor's pages, known at the run's
-- moment: the latest received. A record is opaque text; the id that a CRM gave it repeats and is no
-- key.
with known as (
    select
        {{ list_endpoint('endpoint') }} as endpoint,
        record_key,
        body,
        {{ place_columns() }},
        _received_at
    from {{ known_rows('crossbeam_records') }} as known
)

{% call first_of_each(
    'endpoint, record_key',
    '_received_at desc nulls last, _file desc nulls last, _row desc nulls last'
) %}
select *
from known
{% endcall %}

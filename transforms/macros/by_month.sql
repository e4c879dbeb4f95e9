{# Big tables built month by month: a table model with `meta: {by_month: …}` keeps the months whose
   inputs are unchanged. Its compiled SQL is still that of the whole table, filtered by month; a
   digest of each month's inputs is kept in the table's own comment, so that it exists when the
   table does. #}

{# Month -> digest of everything that the month's rows depend on. `by_month` names the table by
   month from which, together with the request alone, this one is made; it is true where this one is
   made from the feed. #}
{% macro months_of_inputs(by_month, compiled) %}
    {%- set digests = {} -%}
    {%- if by_month is string -%}
        {%- set request = run_query(
            "select cast(run as varchar) from " ~ source('run', 'parameters') ~ " as run"
        ).rows[0][0] -%}
        {%- set rests_on = (months_built(by_month) or {}).items() -%}
    {%- else -%}
        {%- set request = '' -%}
        {%- set rests_on = run_query(usage_month_digests()).rows -%}
    {%- endif -%}
    {%- for row in rests_on -%}
        {%- do digests.update({row[0]: local_md5(row[1] ~ request ~ compiled)}) -%}
    {%- endfor -%}
    {%- do return(digests) -%}
{% endmacro %}

{# The same digests as of when a table was built; none if it does not exist or was built
   differently. #}
{% macro months_built(table) %}
    {%- set rows = run_query(
        "select comment from duckdb_tables() where database_name = current_database()"
        ~ " and table_name = '" ~ table ~ "' and comment is not null"
    ).rows -%}
    {%- do return(fromjson(rows[0][0]) if rows | length else none) -%}
{% endmacro %}

{# The statements that build the table: whole, or only the months that changed or went; none if no
   month did. #}
{% macro build_by_month(target, compiled, before, now) %}
    {%- set stale = [] -%}
    {%- for month in (before or {}).keys() | list + now.keys() | list -%}
        {%- if (before or {}).get(month) != now.get(month) and month not in stale -%}
            {%- do stale.append(month) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if before is none or stale | length * 2 > now | length -%}
        create or replace table {{ target }} as (
            {{ compiled }}
        )
    {%- elif stale -%}
        {%- set listed = "(date '" ~ stale | sort | join("', date '") ~ "')" -%}
        delete from {{ target }} where month in {{ listed }};
        insert into {{ target }}
        select * from (
            {{ compiled }}
        ) as whole
        where month in {{ listed }}
    {%- else -%}
        select 'no month changed' as inputs
    {%- endif -%}
{% endmacro %}

{# Each month of the usage feed with what decides its calls' outcome: the deliveries in force that
   hold rows of it and what judged them, the views through which they are read, every launch,
   owner and installation, the run's day and zone. #}
{% macro usage_month_digests() %}
with basis as (
    select concat_ws(
        '|',
        (select concat_ws(' ', count(*), sum(hash(l))) from {{ ref('int_apps__launches') }} as l),
        (
            select concat_ws(' ', count(*), sum(hash(o.app_id, o.partner_id, o.from_at, o.to_at)))
            from {{ ref('int_apps__owners') }} as o
        ),
        (select concat_ws(' ', count(*), sum(hash(h))) from {{ ref('int_usage__holdings') }} as h),
        (select concat_ws(' ', as_of, time_zone) from {{ source('run', 'parameters') }}),
        (select string_agg(fingerprint, ' ' order by source) from landing.judged_under),
        (
            select string_agg(sql, ' ' order by view_name) from duckdb_views()
            where view_name in ('stg_app_usage__usage_parts', 'usage_calls')
        )
    ) as inputs
)
select
    cast(months.month as varchar) as month,
    any_value(basis.inputs) || string_agg(
        held.delivery_id || ' ' || held._file, '|' order by held.delivery_id, held._file
    ) as inputs
from landing.usage_part_months as months
inner join landing.usage_in_force as held on months.delivery_id = held.delivery_id
cross join basis
group by months.month
order by months.month
{% endmacro %}

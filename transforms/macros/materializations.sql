{# One statement per model: DuckDB replaces a table or view atomically, so dbt's way of building
   under another name, renaming and dropping (some six statements per model) gains nothing here and
   costs a third of a run's time. `rows: elsewhere` makes tables without rows, which another
   engine's results then fill. #}

{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- do drop_other_type(load_cached_relation(this), target) -%}
    {%- if config.get('contract').enforced -%}
        {%- set asserted = get_assert_columns_equivalent(compiled_code) -%}
    {%- endif -%}
    {%- set elsewhere = var('rows', 'here') == 'elsewhere' -%}
    {%- set plain = env_var('PLUMBLINE_PLAIN', '').replace(' ', '').split(',') -%}
    {%- set whole = elsewhere or '1' in plain or 'months' in plain -%}
    {%- set by_month = none if whole else config.get('meta', {}).get('by_month') -%}
    {%- set now = months_of_inputs(by_month, compiled_code) if by_month else none -%}
    {%- set before = months_built(target.identifier) if by_month else none -%}
    {% call statement('main') -%}
        {%- if by_month -%}
            {{ build_by_month(target, compiled_code, before, now) }}
        {%- else -%}
        create or replace table {{ target }} as (
            {{ compiled_code }}
        ) {%- if elsewhere %} with no data {%- endif %}
        {%- endif -%}
    {%- endcall %}
    {%- if by_month -%}
        {%- do run_query("comment on table " ~ target ~ " is '" ~ tojson(now) ~ "'") -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- do drop_other_type(load_cached_relation(this), target) -%}
    {% call statement('main') -%}
        create or replace view {{ target }} as (
            {{ compiled_code }}
        )
    {%- endcall %}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# `create or replace` refuses to turn a view into a table, or a table into a view. #}
{% macro drop_other_type(existing, target) %}
    {%- if existing is not none and existing.type != target.type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{% endmacro %}

{# One statement per model, in a database that was empty when the run began: nothing is replaced.
   Contracts are checked when the rows are read back (orchestration/engines). #}

{% materialization table, adapter='postgres' %}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        create table {{ target }} as
        {{ compiled_code }};
        analyze {{ target }}
    {%- endcall %}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='postgres' %}
    {%- set target = this.incorporate(type='view') -%}
    {% call statement('main') -%}
        create view {{ target }} as
        {{ compiled_code }}
    {%- endcall %}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Types and functions that the models name and Postgres lacks, made in the run's own database. #}
{% macro prepare_database() %}
    {% call statement('prepare') -%}
        create domain string as text;
        create domain double as double precision;

        create function last_day(day date) returns date language sql immutable as $$
            select cast(
                date_trunc('month', cast(day as timestamp)) + interval '1 month - 1 day' as date
            )
        $$;

        create function bit_count(number bigint) returns bigint language sql immutable as $$
            select bit_count(cast(number as bit(64)))
        $$;

        create function round(number double precision, places integer) returns numeric
        language sql immutable as $$
            select round(cast(number as numeric), places)
        $$;

        create function decimal_or_null(written text, digits integer, places integer)
        returns numeric language plpgsql immutable as $$
        declare
            short numeric;
        begin
            short := round(cast(written as numeric), places);
            return case when abs(short) < power(cast(10 as numeric), digits - places) then short end;
        exception
            when data_exception then return null;
        end
        $$
    {%- endcall %}
    {%- do adapter.commit() -%}
{% endmacro %}

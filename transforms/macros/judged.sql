{# Expressions shared by tables of judged figures and by tables of the rows behind them. #}

{# The key of a judged figure: `period, partner_id, program, metric`. #}
{% macro figure_key(alias='') -%}
    {{ member_key(alias) }}, {{ alias ~ '.' if alias }}metric
{%- endmacro %}

{# The key of a pair of the ledger: `period, partner_id, program`. #}
{% macro member_key(alias='') -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    {{ of }}period, {{ of }}partner_id, {{ of }}program
{%- endmacro %}

{# Whether two rows belong to one figure. #}
{% macro same_figure(one, other) -%}
    {{ same_member(one, other) }} and {{ one }}.metric = {{ other }}.metric
{%- endmacro %}

{# Whether two rows belong to one partner in one program and period. #}
{% macro same_member(one, other) -%}
    {{ same_partner(one, other) }} and {{ one }}.program = {{ other }}.program
{%- endmacro %}

{# Whether two rows belong to one partner in one period. #}
{% macro same_partner(one, other) -%}
    {{ one }}.period = {{ other }}.period and {{ one }}.partner_id = {{ other }}.partner_id
{%- endmacro %}

{# Where a row was delivered: `_file, _row, _cell`. #}
{% macro place_columns(alias='') -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    {{ of }}_file, {{ of }}_row, {{ of }}_cell
{%- endmacro %}

{# The same as evidence shows it: `file, row_number, cell`. #}
{% macro place_of(alias='') -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    {{ of }}_file as file, {{ of }}_row as row_number, {{ of }}_cell as cell
{%- endmacro %}

{# The same of the row of `match` where there is one, which `key` shows, else of `otherwise`. Each
   column by that key: a row of a csv has no cell, and must not take another row's. #}
{% macro place_of_match(match, key, otherwise) -%}
    {%- for column, name in [('_file', 'file'), ('_row', 'row_number'), ('_cell', 'cell')] -%}
    case
        when {{ match }}.{{ key }} is null then {{ otherwise }}.{{ column }}
        else {{ match }}.{{ column }}
    end as {{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The landed row behind a figure: `source, entity, file, row_number, cell`. #}
{% macro landed_row(source, entity, alias='') -%}
    '{{ source }}' as source, '{{ entity }}' as entity, {{ place_of(alias) }}
{%- endmacro %}

{# A row behind a figure as every topic's evidence has it, after its key. #}
{% macro evidence_columns() -%}
    source, entity, file, row_number, cell, evidence_date, detail
{%- endmacro %}

{# How many rows are behind each figure, and the latest day among them. #}
{% macro evidence_counts(relation) -%}
(
    select {{ figure_key() }}, count(*) as evidence_count, max(evidence_date) as evidence_date
    from {{ relation }}
    group by {{ figure_key() }}
)
{%- endmacro %}

{# Whether two rows belong to one control total: a period, a measure, and whose it is. #}
{% macro same_total(one, other) -%}
    {{ one }}.period = {{ other }}.period
    and {{ one }}.measure = {{ other }}.measure
    and {{ one }}.whose = {{ other }}.whose
{%- endmacro %}

{# Our own total of distinct things, for a control total; a count has no second value and no line
   without a price. #}
{% macro counted_total(thing) -%}
    cast(count(distinct {{ thing }}) as decimal(38, 4)) as ours,
    cast(count(distinct {{ thing }}) as decimal(38, 4)) as other_value,
    cast(null as string) as unpriced_line
{%- endmacro %}

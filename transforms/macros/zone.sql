{# Instants and days of the program's zone, by the table `resolved.zone_changes` whatever the
   engine: the engines' own tables of zones are of different versions. #}

{# The day on which an instant (UTC, no zone) falls in the program's zone. Without the table (a
   warehouse that was never landed into) the engine's own rules hold. #}
{% macro program_date(timestamp, time_zone) -%}
    {%- set changes = zone_changes() -%}
    {%- if changes -%}
    cast({{ moved(timestamp, by_halves(timestamp, offset_arms(changes))) }} as date)
    {%- else -%}
    {{ adapter.dispatch('engine_program_date')(timestamp, time_zone) }}
    {%- endif -%}
{%- endmacro %}

{# The instant (UTC, no zone) at which a day begins in the program's zone: if midnight occurs twice
   the second one, if it is skipped the moment after the gap. #}
{% macro program_midnight(date, time_zone) -%}
    {%- set changes = zone_changes() -%}
    {%- if changes -%}
    case
        when {{ date }} is not null
            then {{ by_halves('cast(' ~ date ~ ' as timestamp)', midnight_arms(date, changes)) }}
    end
    {%- else -%}
    {{ adapter.dispatch('engine_program_midnight')(date, time_zone) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__engine_program_date(timestamp, time_zone) -%}
    cast(timezone({{ time_zone }}, timezone('UTC', {{ timestamp }})) as date)
{%- endmacro %}

{% macro default__engine_program_midnight(date, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, cast({{ date }} as timestamp)))
{%- endmacro %}

{# The changes of the program's zone in their order, as (instant, seconds added to UTC); none while
   the project is only parsed. #}
{% macro zone_changes() -%}
    {%- set changes = source('resolved', 'zone_changes') -%}
    {%- set in_order = [] -%}
    {%- for row in rows_of(changes, 'from_at, offset_seconds', 'from_at') -%}
        {%- do in_order.append((row[0], row[1] | int)) -%}
    {%- endfor -%}
    {{ return(in_order) }}
{%- endmacro %}

{# A moment moved forward by a span, which is one from `span_of` or a choice of several. #}
{% macro moved(timestamp, span) -%}
    {{ return(adapter.dispatch('moved')(timestamp, span)) }}
{%- endmacro %}

{% macro default__moved(timestamp, span) -%}
    {{ return(timestamp ~ ' + ' ~ span) }}
{%- endmacro %}

{# A span of seconds. #}
{% macro span_of(seconds) -%}
    {{ return(adapter.dispatch('span_of')(seconds)) }}
{%- endmacro %}

{% macro default__span_of(seconds) -%}
    {{ return("interval '" ~ seconds ~ "' second") }}
{%- endmacro %}

{# (edge, result) of each change; the first result applies before every edge. #}
{% macro offset_arms(changes) -%}
    {%- set arms = [] -%}
    {%- for from_at, seconds in changes -%}
        {%- do arms.append((timestamp_text(from_at), span_of(seconds))) -%}
    {%- endfor -%}
    {{ return(arms) }}
{%- endmacro %}

{% macro midnight_arms(date, changes) -%}
    {%- set midnight = 'cast(' ~ date ~ ' as timestamp)' -%}
    {%- set arms = [] -%}
    {%- for from_at, seconds in changes -%}
        {%- set begun = moved(midnight, span_of(-seconds)) -%}
        {%- if loop.first -%}
            {%- do arms.append(('', begun)) -%}
        {%- else -%}
            {%- set before = loop.previtem[1] -%}
            {%- set least = [before, seconds] | min -%}
            {%- set edge = from_at + modules.datetime.timedelta(seconds=least) -%}
            {%- set result = 'greatest(' ~ timestamp_text(from_at) ~ ', ' ~ begun ~ ')' -%}
            {%- do arms.append((timestamp_text(edge), result)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(arms) }}
{%- endmacro %}

{% macro timestamp_text(moment) -%}
    {{ return("timestamp '" ~ moment.strftime('%Y-%m-%d %H:%M:%S') ~ "'") }}
{%- endmacro %}

{# The result of the last arm whose edge is not after the value, by halves: few comparisons per
   row. #}
{% macro by_halves(value, arms) -%}
    {%- if arms | length == 1 -%}
        {{ return(arms[0][1]) }}
    {%- endif -%}
    {%- set middle = (arms | length) // 2 -%}
    {{ return(
        'case when ' ~ value ~ ' < ' ~ arms[middle][0]
        ~ ' then ' ~ by_halves(value, arms[:middle])
        ~ ' else ' ~ by_halves(value, arms[middle:]) ~ ' end'
    ) }}
{%- endmacro %}

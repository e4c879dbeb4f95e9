{# Metrics as data: the SQL of each figure that the policy declares (semantics 4, "Metrics as
   data"). Names are those of the landing contract, values go through `literal`. #}

{# The figures of this run's policy, spelt out; none while the project is only parsed. #}
{% macro declared_figures() -%}
    {%- set declared = [] -%}
    {%- for row in rows_of(source('policy', 'figures'), 'figure', 'metric') -%}
        {%- do declared.append(fromjson(row[0])) -%}
    {%- endfor -%}
    {{ return(declared) }}
{%- endmacro %}

{# Entities whose rows lead to a partner, and so can be counted. #}
{% macro countable_entities() -%}
    {%- set countable = [] -%}
    {%- set beside = ['usage_events', 'control_totals'] -%}
    {%- for entity, spec in contract().items() if entity not in beside -%}
        {%- set leads = ['partner_id', 'app_id', 'registration_id', 'agreement_id'] -%}
        {%- if leads | select('in', spec.columns) | list -%}
            {%- do countable.append(entity) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(countable) }}
{%- endmacro %}

{# Rows of a figure for each window that asks for it: those inside it, or in force on its last day
   or on the day before it began. `passes`: every condition holds. #}
{% macro figure_rows(figure) %}
select
    {{ figure_key('pairs') }},
    {{ figure_item(figure) }} as item,
    {% if figure.is_amount -%}
    {{ decimal_or_null(figure_column(figure, figure.column), 18, 4) }}
    {%- else -%}
    cast(null as decimal(18, 4))
    {%- endif %} as amount,
    {% if figure.is_amount -%}
    {{ figure_column(figure, figure.column) }} is not null
    {%- else -%}
    false
    {%- endif %} as has_amount,
    {{ figure_at_end(figure) }} as at_end,
    {{ figure_at_opening(figure) }} as at_opening,
    {% for test in figure.where -%}
    {{ figure_test(figure, test) }}
    and {% endfor -%}
    {% if figure.column -%}
    {{ figure_column(figure, figure.column) }} is not null
    {%- else -%}
    true
    {%- endif %} as passes,
    {{ literal(figure.source, 'text') }} as source,
    {{ literal(figure.entity, 'text') }} as entity,
    rows_counted._file as file,
    rows_counted._row as row_number,
    rows_counted._cell as cell,
    {{ figure_day(figure, figure.day or figure.from_day) }} as evidence_date,
    {{ figure_detail(figure) }} as detail
from {{ ref('int_figures__windows') }} as pairs
cross join {{ source('run', 'parameters') }} as run
{{ figure_join(figure) }}
{% for test in figure.where if test.parameter -%}
{%- if test.test == 'listed_in' -%}
left join (
    select distinct period, partner_id, program, item
    from {{ ref('int_ledger__lists') }}
    where parameter = {{ literal(test.parameter, 'text') }}
) as listed_{{ test.number }}
    on pairs.period = listed_{{ test.number }}.period
    and pairs.partner_id = listed_{{ test.number }}.partner_id
    and pairs.program = listed_{{ test.number }}.program
    and {{ figure_column(figure, test.column) }} = listed_{{ test.number }}.item
{%- else -%}
{{ join_parameter('bound_' ~ test.number, 'pairs', literal(test.parameter, 'text')) }}
{%- endif %}
{% endfor -%}
where pairs.metric = {{ literal(figure.metric, 'text') }}
{% endmacro %}

{# How a row leads to its partner. What a succession moves belongs to its holder at the period's
   end; an app's rows belong to its owner on their day. #}
{% macro figure_join(figure) -%}
    {%- set rows = ref('int_figures__lines') if figure.by == 'line' else staged(figure.entity) -%}
    {%- if figure.by == 'app' -%}
inner join {{ ref('int_apps__owners') }} as owners
    on pairs.partner_id = owners.partner_id
inner join {{ rows }} as rows_counted
    on owners.app_id = rows_counted.app_id
    {%- elif figure.by == 'agreement' -%}
inner join {{ staged('agreements') }} as leads
    on pairs.partner_id = leads.partner_id
inner join {{ rows }} as rows_counted
    on leads.agreement_id = rows_counted.agreement_id
    {%- elif figure.by == 'partner' and figure.entity not in moving_entities() -%}
inner join {{ rows }} as rows_counted
    on pairs.partner_id = rows_counted.partner_id
    {%- else -%}
inner join {{ members_on_days(ref('int_figures__windows'), 'ends_on') }} as members
    on pairs.partner_id = members.partner_id
    and pairs.ends_on = members.ends_on
    {%- if figure.by == 'registration' %}
inner join {{ staged('registrations') }} as leads
    on members.member_id = leads.partner_id
inner join {{ rows }} as rows_counted
    on leads.registration_id = rows_counted.registration_id
    {%- elif figure.by == 'line' %}
inner join {{ rows }} as rows_counted
    on members.member_id = rows_counted.named_id
    {%- if not figure.is_amount %}
    -- Contractions only count in sums; they are not subscriptions of their own.
    and rows_counted.line_type <> 'contraction'
    {%- endif %}
    {%- else %}
inner join {{ rows }} as rows_counted
    on members.member_id = rows_counted.partner_id
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# A column of a figure's rows, as the contract has it; any other is refused. #}
{% macro figure_column(figure, column) -%}
    {%- set lines = [
        'end_customer', 'subscription_id', 'product', 'line_type', 'quantity', 'counts_from',
        'counts_to'
    ] -%}
    {%- set names = lines if figure.by == 'line' else contract()[figure.entity].columns -%}
    {%- set matches = [] -%}
    {%- for name in names if name | replace('"', '') == column.name -%}
        {%- do matches.append('rows_counted.' ~ name) -%}
    {%- endfor -%}
    {%- if not matches -%}
        {{ exceptions.raise_compiler_error('no column ' ~ column.name ~ ' of ' ~ figure.entity) }}
    {%- endif -%}
    {{ return(matches[0]) }}
{%- endmacro %}

{# A column as a day of the program. #}
{% macro figure_day(figure, column) -%}
    {%- set name = figure_column(figure, column) -%}
    {%- if column.kind == 'timestamp' -%}
        {{ return(program_date(name, 'run.time_zone')) }}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}

{# Whether a row is in force on a day, and its app is the partner's on that day. #}
{% macro figure_in_force(figure, day) -%}
    coalesce(
        {{ figure_day(figure, figure.from_day) }} <= {{ day }}
        {%- if figure.to_day %}
        and ({{ figure_day(figure, figure.to_day) }} is null
            or {{ figure_day(figure, figure.to_day) }} >= {{ day }})
        {%- elif figure.until_day %}
        and ({{ figure_day(figure, figure.until_day) }} is null
            or {{ figure_day(figure, figure.until_day) }} > {{ day }})
        {%- endif %}
        {%- if figure.by == 'app' %}
        and {{ holds_on('owners', day) }}
        {%- endif %},
        false
    )
{%- endmacro %}

{% macro figure_at_end(figure) -%}
    {%- if figure.from_day -%}
    {{ figure_in_force(figure, 'pairs.ends_on') }}
    {%- else -%}
    {%- set day = figure_day(figure, figure.day) -%}
    coalesce(
        {{ day }} <= pairs.ends_on
        and (pairs.window_from is null or {{ day }} >= pairs.window_from)
        {%- if figure.by == 'app' %}
        and {{ holds_on('owners', day) }}
        {%- endif %},
        false
    )
    {%- endif -%}
{%- endmacro %}

{# Whether a row counts on the day before the window; for items that are to be new in it, any row
   that began by its end, so that the item's first day is known. #}
{% macro figure_at_opening(figure) -%}
    {%- if figure.compare == 'kept_of_new' -%}
    coalesce({{ figure_day(figure, figure.from_day) }} <= pairs.ends_on, false)
    {%- elif figure.compare -%}
    {{ figure_in_force(figure, 'pairs.opening_on') }}
    {%- else -%}
    false
    {%- endif -%}
{%- endmacro %}

{# One condition; it does not hold for an empty cell unless it is about empty cells. #}
{% macro figure_test(figure, test) -%}
    {%- set numbers = ['int', 'money', 'decimal'] -%}
    {%- set days = ['date', 'timestamp', 'month'] -%}
    {%- set kind = test.column.kind -%}
    {%- set is_day = kind in days -%}
    {%- set name = figure_day(figure, test.column) -%}
    {%- set form = 'number' if kind in numbers else 'day' if is_day else kind -%}
    {%- set values = [] -%}
    {%- for value in test.get('values', []) -%}
        {%- do values.append(literal(value, form)) -%}
    {%- endfor -%}
    {%- if test.test == 'any_of' -%}
    coalesce({{ name }} in ({{ values | join(', ') }}), false)
    {%- elif test.test == 'none_of' -%}
    coalesce({{ name }} not in ({{ values | join(', ') }}), true)
    {%- elif test.test == 'empty' -%}
    {{ name }} is null
    {%- elif test.test == 'filled' -%}
    {{ name }} is not null
    {%- elif test.test == 'listed_in' -%}
    listed_{{ test.number }}.item is not null
    {%- else -%}
    coalesce(
        {{ name }} {{ '>=' if test.test == 'at_least' else '<=' }}
        {{ parameter_number('bound_' ~ test.number) if test.parameter else values[0] }},
        false
    )
    {%- endif -%}
{%- endmacro %}

{# The item that is counted once: a value of the column, else the row itself. #}
{% macro figure_item(figure) -%}
    {%- if figure.take == 'count_distinct' -%}
    cast({{ figure_column(figure, figure.column) }} as string)
    {%- else -%}
    {{ counted_key(figure) }}
    {%- endif -%}
{%- endmacro %}

{% macro counted_key(figure) -%}
    {%- if figure.by == 'line' -%}
    cast(rows_counted.line_number as string)
    {%- else -%}
    {{ key_of('rows_counted', figure.entity) }}
    {%- endif -%}
{%- endmacro %}

{# How a proof describes the row: its key, its days, and the conditions that do not hold. #}
{% macro figure_detail(figure) -%}
    {%- if figure.by == 'line' -%}
    rows_counted.line_type || ' line ' || rows_counted.line_id || ' of '
    || rows_counted.customer_name
    {%- else -%}
    {{ literal(figure.entity | replace('_', ' ') ~ ' ', 'text') }} || {{ counted_key(figure) }}
    {%- endif %}
    || coalesce(
        {{ literal(' on ' if figure.day else ' from ', 'text') }}
        || {{ day_text(figure_day(figure, figure.day or figure.from_day)) }}, ''
    )
    {%- for word, end in [(' to ', figure.to_day), (' until ', figure.until_day)] if end %}
    || coalesce({{ literal(word, 'text') }} || {{ day_text(figure_day(figure, end)) }}, '')
    {%- endfor %}
    {%- for test in figure.where %}
    || case
        when {{ figure_test(figure, test) }} then ''
        else {{ literal(', ' ~ test.column.name ~ ' ', 'text') }}
            || {% if test.is_shown -%}
            coalesce(cast({{ figure_column(figure, test.column) }} as string), 'empty')
            {%- else -%}
            'not as asked'
            {%- endif %}
    end
    {%- endfor %}
{%- endmacro %}

{# Rows that could not be read, as sentences name them. #}

{# File, row or cell, value and the rule that was broken. #}
{% macro unread_place(row) -%}
    {{ row }}._file
    || case
        when {{ row }}.whole_file then ' was refused'
        when {{ row }}._cell is not null then ', ' || {{ row }}._cell
        when {{ row }}._row is not null then ', row ' || cast({{ row }}._row as string)
        else ''
    end
    || case
        when {{ row }}.whole_file or {{ row }}.column_name is null then ''
        else ': ' || {{ row }}.column_name || case
            when {{ row }}.value is null then ' is empty'
            else ' "' || {{ row }}.value || '"'
        end
    end
    || ' (rule ' || coalesce({{ row }}.rule, '') || ')'
{%- endmacro %}

{# An answer, or needs_review where a row that could not be read may change it; `doubt` is the row
   of int_ledger__in_doubt joined on that answer. #}
{% macro unless_in_doubt(answer, doubt) -%}
    case when {{ doubt }}.status = {{ answer }} then 'needs_review' else {{ answer }} end
{%- endmacro %}

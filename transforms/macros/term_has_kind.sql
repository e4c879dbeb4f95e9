{# Whether the text of an agreement's term is a value of the parameter's kind (sources.yaml,
   "literals"); of a text or a list, anything that is not empty is. #}
{% macro term_has_kind(kind, text) -%}
    case {{ kind }}
        -- No more digits than a figure holds: an absurd number must not end a run.
        when 'number' then {{ has_form(text, '[+-]?[0-9]{1,30}([.][0-9]{1,4})?') }}
        when 'boolean' then lower({{ text }}) in ('true', 'false', 'yes', 'no', 'y', 'n', '1', '0')
        when 'monthday' then {{ has_form(text, '(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])') }}
        -- Lists stay short, because a model goes through all sets of their items.
        when 'list'
            then {{ text }} <> '' and length({{ text }}) - length(replace({{ text }}, ',', '')) < 12
        else {{ text }} <> ''
    end
{%- endmacro %}

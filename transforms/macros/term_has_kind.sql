{# Whether the text of an agreement's term is a value of the parameter's kind (sources.yaml,
   "literals"). Kinds are those of the policy set; of text, anything is a value. #}
{% macro term_has_kind(kind, text) -%}
    case {{ kind }}
        when 'int' then {{ has_form(text, '[+-]?[0-9]+([.]0+)?') }}
        when 'number' then {{ has_form(text, '[+-]?[0-9]+([.][0-9]{1,4})?') }}
        when 'decimal' then {{ has_form(text, '[+-]?[0-9]+([.][0-9]{1,4})?') }}
        when 'money' then {{ has_form(text, '[+-]?[0-9]+([.][0-9]{1,4})?') }}
        when 'bool' then lower({{ text }}) in ('true', 'false', 'yes', 'no', 'y', 'n', '1', '0')
        when 'monthday' then {{ has_form(text, '(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])') }}
        else {{ text }} <> ''
    end
{%- endmacro %}

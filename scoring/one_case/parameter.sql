-- A parameter in force on a day: the partner's own terms, else the policy's value. Parameters:
-- $parameter, $partner, $day.
with own as (
    select
        count(*) as terms,
        min(value) as value,
        min(number) as number,
        bool_and(is_of_kind) as is_of_kind,
        string_agg(agreement_id, ', ' order by agreement_id) as source
    from intermediate.int_policy__term_spans
    where partner_id = $partner
        and parameter = $parameter
        and from_on <= $day
        and (to_on is null or to_on >= $day)
)

select
    parameters.parameter,
    parameters.label,
    parameters.document,
    parameters.section,
    parameters.status,
    parameters.reported_by,
    parameters.read_on,
    parameters.confirmed_by,
    parameters.confirmed_on,
    dated.effective_from,
    dated.effective_to,
    case
        when own.terms = 0 then dated.value when own.terms = 1 and own.is_of_kind then own.value
    end as value,
    case
        when own.terms = 0 then dated.number when own.terms = 1 and own.is_of_kind then own.number
    end as number,
    coalesce(own.source, 'policy') as source
from policy.parameters as parameters
inner join policy.parameter_values as dated
    on dated.parameter = parameters.parameter
    and dated.effective_from <= $day
    and (dated.effective_to is null or dated.effective_to > $day)
cross join own
where parameters.parameter = $parameter

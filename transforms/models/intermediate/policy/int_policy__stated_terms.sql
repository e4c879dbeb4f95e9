{{ config(materialized='view') }}
-- The terms of agreements about parameters of the policy, whatever their days, with whether their
-- text is a value of the parameter's kind and one of its words, where the policy names them. Words
-- are read without regard to case, as everywhere in the contract, and spelt as the policy does.
with stated as (
    select
        terms.agreement_id,
        agreements.partner_id,
        terms.parameter,
        {{ trimmed('terms.value') }} as value,
        terms.effective_from,
        terms.effective_to,
        agreements.executed_on,
        agreements.ended_on,
        parameters.kind,
        parameters.choices,
        terms._file,
        terms._row,
        terms._cell
    from {{ ref('stg_partner_activity__agreement_terms') }} as terms
    left join {{ ref('stg_partner_activity__agreements') }} as agreements
        on terms.agreement_id = agreements.agreement_id
    inner join {{ source('policy', 'parameters') }} as parameters
        on terms.parameter = parameters.parameter
),

words as (
    select
        parameters.parameter,
        {{ trimmed(item_of('items')) }} as word
    from {{ source('policy', 'parameters') }} as parameters
    cross join {{ split_items('parameters.choices') }} as items
    where parameters.choices is not null
),

-- A list states several words, a text one.
pieces as (
    select
        stated.agreement_id,
        stated.parameter,
        stated.effective_from,
        {{ position_of('items') }} as position,
        {{ trimmed(item_of('items')) }} as piece
    from stated
    cross join {{ split_items('stated.value') }} as items
    where stated.choices is not null
),

spelt as (
    select
        pieces.agreement_id,
        pieces.parameter,
        pieces.effective_from,
        {{ joined('words.word', 'pieces.position', ',') }} as value,
        count(*) as pieces,
        count(words.word) as words
    from pieces
    left join words
        on pieces.parameter = words.parameter
        and lower(pieces.piece) = lower(words.word)
    group by pieces.agreement_id, pieces.parameter, pieces.effective_from
)

select
    stated.agreement_id,
    stated.partner_id,
    stated.parameter,
    stated.kind,
    case when spelt.words = spelt.pieces then spelt.value else stated.value end as value,
    {{ term_has_kind('stated.kind', 'stated.value') }}
    and (
        stated.choices is null
        or (
            coalesce(spelt.words = spelt.pieces, false)
            and (stated.kind = 'list' or spelt.pieces = 1)
        )
    ) as is_of_kind,
    stated.choices,
    stated.effective_from,
    stated.effective_to,
    stated.executed_on,
    stated.ended_on,
    stated._file,
    stated._row,
    stated._cell
from stated
left join spelt
    on stated.agreement_id = spelt.agreement_id
    and stated.parameter = spelt.parameter
    and stated.effective_from = spelt.effective_from

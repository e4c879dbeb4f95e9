-- What each running agreement means for the papers of a pair: TECH-AGREEMENT, SERV-AGREEMENT,
-- REFR-AGREEMENT, RESL-AGREEMENT, TECH-SIGNED, TECH-NO-REDLINES.
with pairs as (
    select *
    from {{ judged_pairs([
        'agreements_current', 'agreements_signed', 'agreements_redlined'
    ]) }} as pairs
),

running as (
    select
        pairs.*,
        {{ add_days('pairs.ends_on', '-1 * ' ~ within_reach(parameter_number('grace'))) }}
            as version_day,
        agreements.agreement_id,
        agreements.agreement_type,
        {{ trimmed('agreements.version') }} as version,
        agreements.executed_on,
        agreements.redlined,
        agreements._file as agreement_file,
        agreements._row as agreement_row,
        agreements._cell as agreement_cell
    from pairs
    {{ join_parameter('grace', 'pairs', "'agreements.version_grace_days'") }}
    inner join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = pairs.program || case pairs.metric
            when 'agreements_current' then '.required_agreements'
            when 'agreements_signed' then '.signed_agreements'
            else '.redline_agreements'
        end
    inner join {{ ref('stg_partner_activity__agreements') }} as agreements
        on pairs.partner_id = agreements.partner_id
        and lists.item = agreements.agreement_type
        and {{ agreement_runs('agreements', 'pairs.ends_on') }}
),

judged as (
    select
        running.*,
        in_force.version as version_in_force,
        case
            when running.metric = 'agreements_signed' then 'counts'
            when running.metric = 'agreements_redlined'
                then case when running.redlined then 'counts' else 'context' end
            -- Without the application nothing is current, whatever the papers say.
            when running.application_completed_on is null
                or running.application_completed_on > running.ends_on
                then 'context'
            -- Before the first version any suffices.
            when in_force.version is null then 'counts'
            when known.version is null then 'open'
            when known.effective_from >= in_force.effective_from then 'counts'
            else 'short'
        end as standing
    from running
    {{ join_versions('running', 'running.version_day') }}
)

select
    {{ figure_key() }},
    case when metric = 'agreements_redlined' then agreement_id else agreement_type end as item,
    standing,
    'partner_activity' as source,
    'agreements' as entity,
    agreement_file as file,
    agreement_row as row_number,
    agreement_cell as cell,
    executed_on as evidence_date,
    agreement_type || ' ' || agreement_id || ', version ' || version
    || case
        when metric = 'agreements_redlined' then case when redlined then ', redlined' else '' end
        when metric = 'agreements_signed' then ''
        when standing = 'open' then ', a version the policy does not know'
        when version_in_force is null then ''
        else ', version ' || version_in_force || ' or later needed'
    end as detail
from judged
union all
-- The agreements rest on the application.
select
    {{ figure_key() }},
    cast(null as string) as item,
    case when application_completed_on <= ends_on then 'context' else 'short' end as standing,
    {{ landed_row('partner_activity', 'enrollments') }},
    coalesce(application_completed_on, enrolled_on) as evidence_date,
    case
        when application_completed_on is null or application_completed_on > ends_on
            then 'application not completed by the period''s end'
        else 'application completed on ' || {{ day_text('application_completed_on') }}
    end as detail
from pairs
where metric = 'agreements_current'

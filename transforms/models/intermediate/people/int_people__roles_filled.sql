-- The most roles that different people can fill at once (RESL-TRAINING): by Hall's theorem the
-- smallest, over all sets of roles, of (roles outside the set + people who hold one inside it).
-- Sets are whole numbers, with one binary digit per role. Beside it, as `taken_as` 'contact', how
-- many they would fill if contacts with one address were different people.
with roles as (
    select
        {{ member_key('pairs') }},
        count(*) as roles
    from {{ judged_pairs(['training_roles_filled']) }} as pairs
    inner join {{ ref('int_ledger__lists') }} as lists
        on {{ same_member('pairs', 'lists') }}
        and lists.parameter = pairs.program || '.training_roles'
    group by {{ member_key('pairs') }}
),

holders as (
    {%- for taken_as, person, counts in [
        ('person', 'item', "standing = 'counts'"), ('contact', 'contact_id', 'counts_alone')
    ] %}
    select
        '{{ taken_as }}' as taken_as,
        {{ member_key() }},
        {{ person }} as person,
        position
    from {{ ref('int_people__training_facts') }}
    where metric = 'training_roles_filled' and {{ counts }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

-- Positions may start at 0 or 1 in a policy, so their rank becomes the digit.
ranked as (
    select
        {{ member_key() }},
        parameter,
        position,
        row_number() over (
            partition by period, partner_id, program, parameter order by position
        ) - 1 as digit
    from {{ ref('int_ledger__lists') }}
),

people as (
    select
        holders.taken_as,
        {{ member_key('holders') }},
        holders.person,
        sum({{ power_of_two('ranked.digit') }}) as held
    from holders
    inner join ranked
        on {{ same_member('holders', 'ranked') }}
        and ranked.parameter = holders.program || '.training_roles'
        and holders.position = ranked.position
    group by holders.taken_as, holders.period, holders.partner_id, holders.program, holders.person
),

most as (
    select max(roles) as roles from roles
),

role_sets as (
    select {{ each_number('0', power_of_two('most.roles') ~ ' - 1') }} as role_set
    from most
    {{ numbers_beside('0', power_of_two('most.roles') ~ ' - 1') }}
),

bounds as (
    select
        takings.taken_as,
        {{ member_key('roles') }},
        role_sets.role_set,
        roles.roles - {{ count_bits('role_sets.role_set') }} + count(people.person) as bound
    from roles
    inner join role_sets
        on role_sets.role_set < {{ power_of_two('roles.roles') }}
    cross join (select 'person' as taken_as union all select 'contact' as taken_as) as takings
    left join people
        on takings.taken_as = people.taken_as
        and {{ same_member('roles', 'people') }}
        and {{ share_a_bit('people.held', 'role_sets.role_set') }}
    group by
        takings.taken_as, roles.period, roles.partner_id, roles.program, roles.roles,
        role_sets.role_set
)

select
    taken_as,
    {{ member_key() }},
    min(bound) as roles_filled
from bounds
group by taken_as, period, partner_id, program

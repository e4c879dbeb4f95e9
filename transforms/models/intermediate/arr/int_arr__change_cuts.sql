-- For each difference, the first full value and the first cancellation after its first day that end
-- it, as places (macros/arr_cuts.sql).
{{ first_cuts('changes') }}

-- The last day of each new, renewal and expansion that states its own items, and the line that ends
-- it before its term does.
{{ last_days('own', ref('int_arr__own_cuts')) }}

-- ARR of each partner's end customer on each day asked for; no row where no line was in force.
{{ arr_by_customer_day(ref('int_arr__lines'), ref('int_arr__days'), ref('int_arr__doubts')) }}

{{ current_rows('partner_successions') }}

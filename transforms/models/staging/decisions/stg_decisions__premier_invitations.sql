{{ current_rows('premier_invitations') }}

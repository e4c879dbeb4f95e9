{{ current_rows('summit_invitations') }}

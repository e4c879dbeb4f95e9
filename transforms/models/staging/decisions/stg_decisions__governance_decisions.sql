{{ current_rows('governance_decisions') }}

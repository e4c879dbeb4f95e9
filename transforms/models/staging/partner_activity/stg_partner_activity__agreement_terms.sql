{{ current_rows('agreement_terms') }}

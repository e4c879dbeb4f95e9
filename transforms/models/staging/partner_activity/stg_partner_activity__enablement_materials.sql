{{ current_rows('enablement_materials') }}

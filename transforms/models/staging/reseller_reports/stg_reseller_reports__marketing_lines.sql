{{ current_rows(
    'marketing_lines',
    key=['partner_id', 'report_month', 'line_id'],
    columns=[
        'partner_id',
        'report_month',
        'line_id',
        'activity',
        'occurred_on'
    ]
) }}

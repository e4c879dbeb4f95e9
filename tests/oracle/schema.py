# ruff: noqa: E501  one entity a line is the readable form
"""Every landed entity: its source, key and columns with their types.

Belongs here: the layout of the landing zone. `?` after a type = may be empty.
"""

_TEXT = """
partner_activity partners [partner_id] partner_id:text name:text domain:text? country:text? region:text? joined_on:date status:enum(active,terminated) terminated_on:date?
partner_activity partner_successions [partner_id] partner_id:text successor_id:text effective_on:date
partner_activity enrollments [partner_id,program,enrolled_on] partner_id:text program:enum(technology,services,referral,reseller,industry) application_completed_on:date? enrolled_on:date ended_on:date?
partner_activity agreements [agreement_id] agreement_id:text partner_id:text agreement_type:enum(framework,technology_addendum,developer_terms,services_terms,referral_terms,reseller_terms,industry_terms) version:text executed_on:date ended_on:date? redlined:bool
partner_activity agreement_terms [agreement_id,parameter,effective_from] agreement_id:text parameter:text value:text effective_from:date effective_to:date?
partner_activity contacts [contact_id,partner_id] contact_id:text partner_id:text name:text email:text? role:enum(partnership_manager,sales,technical_sales,support,executive,other) active_from:date active_to:date?
partner_activity trainings [training_id] training_id:text partner_id:text contact_id:text course:text track:enum(sales,technical_sales,services_certification,other) enrolled_on:date? completed_on:date? passed:bool? expires_on:date?
partner_activity marketing_activities [activity_id] activity_id:text partner_id:text kind:text announces_certification:bool occurred_on:date submitted_on:date? status:enum(submitted,approved,rejected) decided_on:date?
partner_activity customer_references [reference_id] reference_id:text partner_id:text customer_name:text provided_on:date status:enum(offered,accepted,withdrawn)
partner_activity business_plans [plan_id] plan_id:text partner_id:text plan_year:int submitted_on:date has_financial_targets:bool has_marketing_activities:bool has_goals:bool arr_target_usd:money?
partner_activity marketing_plans [plan_id] plan_id:text partner_id:text submitted_on:date status:enum(submitted,approved,rejected) funding_usd:money?
partner_activity partner_listings [partner_id] partner_id:text company_information:text? logo_url:text? logo_width_px:int? provided_on:date
partner_activity partner_owners [partner_id,role,active_from] partner_id:text owner:text role:enum(partner_manager,channel_manager,integration_manager) active_from:date active_to:date?
partner_activity order_forms [order_form_id] order_form_id:text partner_id:text subscription_id:text? customer_name:text submitted_on:date executed_on:date? status:enum(submitted,executed,rejected)
partner_activity enablement_materials [material_id] material_id:text partner_id:text app_id:text? kind:enum(training,support) url:text? verified_on:date
partner_activity conduct_cases [case_id] case_id:text partner_id:text opened_on:date closed_on:date? severity:enum(minor,major,severe) outcome:enum(open,dismissed,upheld) note:text?
partner_activity referrals [referral_id] referral_id:text partner_id:text customer_name:text customer_domain:text? submitted_at:timestamp via_form:bool introduced_on:date? qualified_on:date? outcome:enum(open,won,lost,disqualified) closed_on:date? amount_usd:money?
app_usage apps [app_id,partner_id] app_id:text partner_id:text owned_from:date? name:text kind:enum(data_connector,embedded,agentic,other) marketplace:enum(commercial,fedramp) declared_data_flow:enum(pull,push,bidirectional)? first_launched_on:date? description:text? logo_url:text? support_contact:text? last_reviewed_on:date?
app_usage listing_events [app_id,event,occurred_on] app_id:text event:enum(submitted,validated,validation_failed,certified,listed,removed,reapplied) occurred_on:date reason:text?
app_usage test_customers [app_id,company_id] app_id:text company_id:text tested_on:date
app_usage installations [installation_id] installation_id:text app_id:text company_id:text is_demo:bool installed_at:timestamp uninstalled_at:timestamp?
app_usage usage_events [] app_id:text company_id:text occurred_at:timestamp http_method:text response_code:int call_count:int
app_usage api_call_activity [app_id,date,response_code,http_method,normalized_route] date:date response_code:int http_method:text normalized_route:text count:int
app_usage contact_requests [request_id] request_id:text app_id:text received_at:timestamp answered_at:timestamp?
reseller_reports subscription_lines [partner_id,report_month,line_id] partner_id:text report_month:month line_id:text line_type:enum(new,expansion,contraction,renewal,cancellation,credit,one_time) subscription_id:text customer_name:text customer_domain:text? product:text? quantity:decimal? term_start:date term_end:date amount:money currency:iso4217 order_form_id:text?
reseller_reports reports [partner_id,report_month] partner_id:text report_month:month received_on:date declares_no_sales:bool
reseller_reports marketing_lines [partner_id,report_month,line_id] partner_id:text report_month:month line_id:text activity:text occurred_on:date?
reseller_reports forecast_lines [partner_id,report_month,quarter,line_id] partner_id:text report_month:month line_id:text quarter:quarter expected_arr:money currency:iso4217
account_mapping overlaps [partner_id,account_id,partner_record_name] partner_id:text account_id:text account_name:text account_domain:text? population:enum(customers,prospects,open_opportunities) partner_record_name:text partner_record_domain:text? partner_population:enum(customers,prospects,open_opportunities) seen_on:date is_deleted:bool?
crm accounts [account_id] account_id:text name:text domain:text? country:text? company_id:text? customer_since:date? churned_on:date? is_deleted:bool?
crm opportunities [opportunity_id] opportunity_id:text account_id:text kind:enum(new,expansion,renewal) channel:enum(direct,partner) created_on:date closed_on:date? is_won:bool? amount:money? currency:iso4217? is_deleted:bool?
deal_registration registrations [registration_id] registration_id:text partner_id:text customer_name:text customer_domain:text? country:text? submitted_at:timestamp via_form:bool is_renewal:bool presales_description:text? procurement_published_on:date? estimated_arr_usd:money?
deal_registration registration_events [registration_id,event,occurred_at] registration_id:text event:enum(approved,rejected,returned,extension_requested,extended,extension_refused,closed_won,closed_lost,withdrawn) occurred_at:timestamp decided_by:text? reason:text? legal_exception:bool?
decisions premier_invitations [partner_id,tier_year] partner_id:text tier_year:int status:enum(invited,accepted,declined,withdrawn) decided_on:date decided_by:text sponsor:text rationale:text
decisions waivers [waiver_id] waiver_id:text partner_id:text program:text requirement:text valid_from:date valid_to:date granted_by:text reason:text
decisions governance_decisions [review,partner_id,program] review:text partner_id:text program:text decision:enum(maintain,remediate,change_benefits,end_status) decided_on:date decided_by:text rationale:text
decisions summit_invitations [partner_id,summit_year] partner_id:text summit_year:int decided_by:text decided_on:date
"""


def _parse():
    entities = {}
    for line in _TEXT.strip().splitlines():
        source, entity, key, *columns = line.split(" ")
        names = key.strip("[]")
        entities[entity] = {
            "source": source,
            "key": names.split(",") if names else [],
            "columns": dict(c.split(":", 1) for c in columns),
        }
    return entities


ENTITIES = _parse()
SOURCES = {e: spec["source"] for e, spec in ENTITIES.items()}

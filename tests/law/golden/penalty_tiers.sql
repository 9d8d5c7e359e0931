-- Display rule penalty_tiers, as PostgreSQL reads it.

-- tier
(CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '3'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '3'::bigint
  WHEN (("procedure")::text = 'summary') THEN '1'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '2'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '2'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '2'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '1'::bigint
  ELSE '2'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '1'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '1'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '3'::bigint
  ELSE '2'::bigint END) END)

-- minimum_months
(CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '12'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '12'::bigint
  WHEN (("procedure")::text = 'summary') THEN '0'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '3'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '0'::bigint
  ELSE '3'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '0'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '0'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '12'::bigint
  ELSE '3'::bigint END) END)

-- maximum_months
(CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END)

-- version
(CASE
  WHEN ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN 'ndrc-order-36'
  ELSE 'ndrc-order-58' END) = 'ndrc-order-36') THEN 'penalty_tiers/ndrc-order-36'
  ELSE 'penalty_tiers/ndrc-order-58' END)

-- published
(CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE (CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN TRUE
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN TRUE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN TRUE
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN TRUE
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN TRUE
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN FALSE
  ELSE TRUE END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN FALSE
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN TRUE
  ELSE TRUE END) END) END)

-- display_from
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE (CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN TRUE
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN TRUE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN TRUE
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN TRUE
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN TRUE
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN FALSE
  ELSE TRUE END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN FALSE
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN TRUE
  ELSE TRUE END) END) END) AND (NOT ((((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) + make_interval(months => ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END))::integer))::date + make_interval(days => ('0'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) < LEAST((((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) + make_interval(months => ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END))::integer))::date + make_interval(days => ('0'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN (CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END)
  ELSE NULL::date END)

-- display_to
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE (CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN TRUE
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN TRUE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN TRUE
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN TRUE
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN TRUE
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN FALSE
  ELSE TRUE END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN FALSE
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN FALSE
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN TRUE
  ELSE TRUE END) END) END) AND (NOT ((((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) + make_interval(months => ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END))::integer))::date + make_interval(days => ('0'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) < LEAST((((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) + make_interval(months => ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END))::integer))::date + make_interval(days => ('0'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN LEAST((((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) + make_interval(months => ((CASE
  WHEN ((CASE
  WHEN (("document_on")::date IS NULL) THEN ("decided_on")::date
  ELSE ("document_on")::date END) >= DATE '2026-04-01') THEN (CASE
  WHEN (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'employment_restriction', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]) THEN '36'::bigint
  WHEN (("fine")::bigint >= (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '100000000'::bigint
  ELSE '1000000000'::bigint END)) THEN '36'::bigint
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['confiscation_of_gains', 'confiscation_of_property', 'other']::text[]) THEN '12'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['fine']::text[]) AND (("fine")::bigint IS NULL)) THEN '12'::bigint
  WHEN (("fine")::bigint > (CASE
  WHEN (("subject_kind")::text = 'natural_person') THEN '20000'::bigint
  ELSE '300000'::bigint END)) THEN '12'::bigint
  WHEN (("penalty_kinds")::text[] && ARRAY['fine', 'public_criticism', 'warning']::text[]) THEN '3'::bigint
  ELSE '12'::bigint END)
  ELSE (CASE
  WHEN (("procedure")::text = 'summary') THEN '3'::bigint
  WHEN ((("penalty_kinds")::text[] && ARRAY['public_criticism', 'warning']::text[]) AND (NOT (("penalty_kinds")::text[] && ARRAY['administrative_detention', 'business_restriction', 'business_suspension', 'closure', 'confiscation_of_gains', 'confiscation_of_property', 'employment_restriction', 'fine', 'other', 'permit_revocation', 'permit_suspension', 'qualification_downgrade']::text[]))) THEN '3'::bigint
  WHEN (("field")::text IN ('drugs', 'fire', 'food', 'special_equipment', 'work_safety')) THEN '36'::bigint
  ELSE '36'::bigint END) END))::integer))::date + make_interval(days => ('0'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date)
  ELSE NULL::date END)

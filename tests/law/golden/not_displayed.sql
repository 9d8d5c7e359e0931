-- Display rule not_displayed, as PostgreSQL reads it.

-- tier
NULL::bigint

-- minimum_months
NULL::bigint

-- maximum_months
NULL::bigint

-- version
'not_displayed'

-- published
(CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE FALSE END)

-- display_from
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE FALSE END) AND (NOT ((NULL::date + make_interval(days => ('1'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) < LEAST((NULL::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN (CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END)
  ELSE NULL::date END)

-- display_to
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE FALSE END) AND (NOT ((NULL::date + make_interval(days => ('1'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) < LEAST((NULL::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN LEAST((NULL::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date)
  ELSE NULL::date END)

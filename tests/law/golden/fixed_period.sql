-- Display rule fixed_period, as PostgreSQL reads it.

-- tier
NULL::bigint

-- minimum_months
NULL::bigint

-- maximum_months
NULL::bigint

-- version
'fixed_period'

-- published
(CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE TRUE END)

-- display_from
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE TRUE END) AND (NOT (((((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) + make_interval(months => ('36'::bigint)::integer))::date + make_interval(days => ('-1'::bigint)::integer))::date + make_interval(days => ('1'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) < LEAST(((((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) + make_interval(months => ('36'::bigint)::integer))::date + make_interval(days => ('-1'::bigint)::integer))::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN (CASE
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
  ELSE TRUE END) AND (NOT (((((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) + make_interval(months => ('36'::bigint)::integer))::date + make_interval(days => ('-1'::bigint)::integer))::date + make_interval(days => ('1'::bigint)::integer))::date IS NULL))) AND ((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) < LEAST(((((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) + make_interval(months => ('36'::bigint)::integer))::date + make_interval(days => ('-1'::bigint)::integer))::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN LEAST(((((CASE
  WHEN (NOT (("document_on")::date IS NULL)) THEN ("document_on")::date
  WHEN (NOT (("decided_on")::date IS NULL)) THEN ("decided_on")::date
  ELSE ("valid_from")::date END) + make_interval(months => ('36'::bigint)::integer))::date + make_interval(days => ('-1'::bigint)::integer))::date + make_interval(days => ('1'::bigint)::integer))::date, (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date)
  ELSE NULL::date END)

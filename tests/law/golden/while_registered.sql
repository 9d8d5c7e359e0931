-- Display rule while_registered, as PostgreSQL reads it.

-- tier
NULL::bigint

-- minimum_months
NULL::bigint

-- maximum_months
NULL::bigint

-- version
'while_registered'

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
  ELSE TRUE END) AND (NOT (LEAST((DATE '2099-12-31' + make_interval(days => ('1'::bigint)::integer))::date, ("removed_on")::date) IS NULL))) AND (("received_on")::date < LEAST(LEAST((DATE '2099-12-31' + make_interval(days => ('1'::bigint)::integer))::date, ("removed_on")::date), (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN ("received_on")::date
  ELSE NULL::date END)

-- display_to
(CASE
  WHEN (((CASE
  WHEN ("minor")::boolean THEN FALSE
  WHEN (("subject_kind")::text = 'natural_person') THEN FALSE
  WHEN (("legal_status")::text IN ('annulled', 'withdrawn')) THEN FALSE
  ELSE TRUE END) AND (NOT (LEAST((DATE '2099-12-31' + make_interval(days => ('1'::bigint)::integer))::date, ("removed_on")::date) IS NULL))) AND (("received_on")::date < LEAST(LEAST((DATE '2099-12-31' + make_interval(days => ('1'::bigint)::integer))::date, ("removed_on")::date), (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date))) THEN LEAST(LEAST((DATE '2099-12-31' + make_interval(days => ('1'::bigint)::integer))::date, ("removed_on")::date), (("display_until")::date + make_interval(days => ('1'::bigint)::integer))::date)
  ELSE NULL::date END)

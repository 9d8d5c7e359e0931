"""The checks that are one statement each, in the order of the invariants that they re-check."""

from __future__ import annotations

from anxin.audit.columns import EVENT_CANONICAL, QUERY_CANONICAL
from anxin.jobs.rechecks.check import Check


def _over(alias: str, canonical: str) -> str:
    """The canonical text over a table's alias."""
    name, _, columns = canonical.partition("(")
    return f"{name}({', '.join(f'{alias}.{one.strip()}' for one in columns.rstrip(')').split(','))})"


_VERSION = "v.subject_id || '/' || v.record_id || '/' || v.number"
# Invariants 7 and parts of 2 and 8 have no tables yet: cases, determinations, measures.
STATEMENTS = (
    Check(
        "public_only_while_displayed",
        1,
        "公开的记录都在展示期内，且没有被撤回、撤销、修复、屏蔽",
        "What is public is within its display period and not withdrawn, annulled, restored or shielded",
        """
        SELECT p.subject_id || '/' || p.record_id FROM published_record p
        WHERE p.display_from > now() OR p.display_to <= now()
           OR NOT EXISTS (
               SELECT FROM records_creditrecord r JOIN catalog_catalogitemversion i ON i.item_id = r.item_id
               WHERE r.subject_id = p.subject_id AND r.id = p.record_id AND i.disclosure_class = 'public'
                 AND daterange(i.valid_from, i.valid_to) @> (now() AT TIME ZONE 'Asia/Shanghai')::date)
           OR EXISTS (
               SELECT FROM records_recordevent e
               WHERE e.subject_id = p.subject_id AND e.record_id = p.record_id AND e.effective_at <= now()
                 AND e.kind IN ('withdrawn', 'annulled', 'restored', 'display_ended'))
           OR (SELECT e.kind FROM records_recordevent e
               WHERE e.subject_id = p.subject_id AND e.record_id = p.record_id AND e.effective_at <= now()
                 AND e.kind IN ('shielded', 'unshielded')
               ORDER BY e.id DESC LIMIT 1) = 'shielded'
        """,
    ),
    Check(
        "display_periods_end",
        1,
        "每个展示期都有始有终",
        "Every display period begins and ends",
        f"""
        SELECT {_VERSION} FROM records_recordversion v
        WHERE (v.display_from IS NULL) <> (v.display_to IS NULL) OR v.display_to <= v.display_from
           OR NOT isfinite(v.display_to) OR NOT isfinite(v.display_from)
        """,
    ),
    Check(
        "no_person_in_public",
        1,
        "公开信息中没有自然人和个体工商户",
        "No natural person or sole proprietor is public",
        """
        SELECT p.subject_id::text FROM (
            SELECT subject_id FROM published_organization UNION SELECT subject_id FROM published_record) p
        JOIN subjects_subject s ON s.id = p.subject_id
        LEFT JOIN subjects_organization o ON o.subject_id = p.subject_id
        WHERE s.kind = 'natural_person' OR o.subject_id IS NULL OR o.sole_proprietor
        """,
    ),
    Check(
        "withdrawals_name_their_document",
        2,
        "由人作出的撤回、撤销都写明文书",
        "Every withdrawal or annulment by a person names its document",
        """
        SELECT e.id::text FROM records_recordevent e
        WHERE e.kind IN ('withdrawn', 'annulled') AND e.submission_id IS NULL
          AND (e.document_number = '' OR e.document_date IS NULL)
        """,
    ),
    Check(
        "readings_say_what_for",
        5,
        "每次查询都写明目的、依据和字段，依职权的还有案号",
        "Every reading states purpose, clause and fields, and ex officio its case",
        """
        SELECT 'q' || q.id FROM audit_querylogentry q
        WHERE q.purpose = '' OR q.clause = '' OR cardinality(q.fields) = 0
           OR q.route = 'ex_officio' AND q.case_reference = '' OR q.route = 'authorized' AND q.grant_id IS NULL
        """,
    ),
    Check(
        "commits_are_kept",
        5,
        "服务器先把提交写到磁盘再答复（synchronous_commit 没有关闭），查询日志不会在查询之后丢失",
        "The server writes commits to disk before it answers (synchronous_commit is not off): no log row is lost after its reading",
        """
        SELECT 'server' FROM pg_settings WHERE name = 'synchronous_commit' AND reset_val = 'off'
        UNION ALL
        SELECT 'role ' || s.setrole || ', database ' || s.setdatabase FROM pg_db_role_setting s
        WHERE 'synchronous_commit=off' = ANY (s.setconfig)
        """,
    ),
    Check(
        "reports_were_logged_first",
        5,
        "每份报告都有先行写入的同一主体的查询日志",
        "Every report has a log row of the same subject, written by an earlier transaction",
        """
        SELECT r.number FROM access_creditreport r
        LEFT JOIN audit_querylogentry q ON q.id = r.query_log_entry_id
        LEFT JOIN audit_eventlogentry e ON e.act = 'issue_report' AND e.details ->> 'number' = r.number
        WHERE q.id IS NULL OR q.subject_id IS DISTINCT FROM r.subject_id OR e.transaction_id <= q.transaction_id
        """,
    ),
    Check(
        "leaves_without_gap",
        6,
        "日志树的叶子连续，没有缺号",
        "The leaves of the tree have no gap",
        """
        SELECT 'leaf ' || l.index FROM (
            SELECT index, row_number() OVER (ORDER BY index) - 1 AS place FROM audit_leaf) l
        WHERE l.index <> l.place
        """,
    ),
    Check(
        "entries_as_committed",
        6,
        "每一行日志都与树中的承诺值相符",
        "Every entry of the logs is what its leaf in the tree commits to",
        f"""
        SELECT l.kind || l.entry_id FROM audit_leaf l LEFT JOIN audit_querylogentry q ON q.id = l.entry_id
        WHERE l.kind = 'q'
          AND l.commitment IS DISTINCT FROM audit_commitment(q.salt, {_over("q", QUERY_CANONICAL)})
        UNION ALL
        SELECT l.kind || l.entry_id FROM audit_leaf l LEFT JOIN audit_eventlogentry e ON e.id = l.entry_id
        WHERE l.kind = 'e'
          AND l.commitment IS DISTINCT FROM audit_commitment(e.salt, {_over("e", EVENT_CANONICAL)})
          AND NOT (e.id IS NOT NULL AND e.details = '{{}}' AND EXISTS (
              SELECT FROM audit_erasure x WHERE x.event_id = e.id AND x.approved_at IS NOT NULL))
        """,
    ),
    Check(
        "entries_sealed_in_time",
        6,
        "一分钟以前的日志都已封存",
        "Every entry older than a minute is sealed",
        """
        SELECT 'q' || q.id FROM audit_querylogentry q
        WHERE q.at < now() - interval '60 seconds'
          AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'q' AND l.entry_id = q.id)
        UNION ALL
        SELECT 'e' || e.id FROM audit_eventlogentry e
        WHERE e.at < now() - interval '60 seconds'
          AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'e' AND l.entry_id = e.id)
        """,
    ),
    Check(
        "two_people",
        8,
        "起草人与批准人不是同一人",
        "Whoever drafted did not approve",
        """
        SELECT 'reconciliation ' || r.id FROM audit_reconciliation r
        WHERE r.approved_by_account_id = r.drafted_by_account_id
           OR (r.approved_at IS NULL) <> (r.approved_by_account_id IS NULL)
        UNION ALL
        SELECT 'erasure ' || e.id FROM audit_erasure e
        WHERE e.approved_by_account_id = e.drafted_by_account_id
           OR (e.approved_at IS NULL) <> (e.approved_by_account_id IS NULL)
        """,
    ),
    Check(
        "administrators_apart",
        8,
        "没有人同时担任系统、安全、审计三种管理职责中的两种",
        "Nobody holds two of the three administrator duties at once",
        """
        SELECT 'account ' || a.account_id FROM authorities_roleassignment a
        JOIN authorities_roleassignment b ON b.role > a.role AND b.period && a.period
         AND (b.account_id = a.account_id OR b.person_key = a.person_key AND a.person_key <> '')
        WHERE a.role IN ('system_administrator', 'security_administrator', 'auditor')
          AND b.role IN ('system_administrator', 'security_administrator', 'auditor')
        """,
    ),
    Check(
        "no_column_rates_a_subject",
        9,
        "数据库中没有给主体打分的列",
        "No column rates a subject",
        """
        SELECT table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name !~ '^(pg_|procrastinate_|django_|auth_)'
          AND column_name ~ '(^|_)(score|rating|rank|credit_level|points)(_|$)'
        """,
    ),
    Check(
        "people_decide",
        9,
        "对主体不利的决定都由真人作出",
        "Every adverse decision was made by a human account",
        """
        SELECT 'decision ' || d.id FROM subjects_linkdecision d JOIN authorities_account a ON a.id = d.by_id
        WHERE a.kind <> 'human'
        UNION ALL
        SELECT 'record event ' || e.id FROM records_recordevent e
        LEFT JOIN authorities_account a ON a.id = e.by_account_id
        WHERE e.by_account_id IS NOT NULL AND a.kind IS DISTINCT FROM 'human'
        """,
    ),
    Check(
        "only_fields_of_the_catalog",
        10,
        "记录中只有目录载明的字段",
        "Stored records hold no field that the catalog does not name",
        f"""
        SELECT {_VERSION} FROM records_recordversion v
        WHERE EXISTS (
            SELECT FROM jsonb_object_keys(v.public_fields) k
            WHERE NOT EXISTS (SELECT FROM catalog_catalogfield f WHERE f.item_version_id = v.item_version_id
                              AND f.name = k AND f.visibility = 'public'))
           OR v.restricted_fields IS NOT NULL AND EXISTS (
            SELECT FROM jsonb_object_keys(v.restricted_fields) k
            WHERE NOT EXISTS (SELECT FROM catalog_catalogfield f WHERE f.item_version_id = v.item_version_id
                              AND f.name = k))
        """,
    ),
    Check(
        "no_row_lost",
        11,
        "每次报送：读到的行数等于接收、退回、重复、待判断之和",
        "Of every submission the rows read are those accepted, returned, repeated and queued",
        """
        SELECT 'submission ' || s.id FROM intake_submission s
        WHERE s.state = 'closed'
          AND (s.read_rows IS DISTINCT FROM s.accepted_rows + s.returned_rows + s.duplicate_rows + s.queued_rows
               OR s.declared_rows <> s.read_rows OR s.closed_at IS NULL)
        """,
    ),
    Check(
        "records_have_their_row",
        11,
        "每个记录版本都来自一次已完成的报送的某一行",
        "Every version of a record comes from a row of a submission that was closed",
        f"""
        SELECT {_VERSION} FROM records_recordversion v LEFT JOIN intake_submission s ON s.id = v.submission_id
        WHERE s.id IS NULL OR s.state <> 'closed' OR v.row_number < 1
        """,
    ),
    Check(
        "versions_only_appended",
        11,
        "每条记录的版本号从 1 起连续",
        "The versions of every record count from one without a gap",
        """
        SELECT v.subject_id || '/' || v.record_id FROM records_recordversion v
        GROUP BY v.subject_id, v.record_id HAVING count(*) <> max(v.number) OR min(v.number) <> 1
        """,
    ),
    Check(
        "returned_rows_have_a_code",
        11,
        "每个退回的原因都有代码",
        "Every returned row has a code",
        "SELECT 'submission ' || r.submission_id FROM intake_returnedreason r WHERE r.code = ''",
    ),
)

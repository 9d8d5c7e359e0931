"""What can be wrong with the facts that stand beside the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anxin.kernel.text import Bilingual


class Wrong(StrEnum):
    """Stable codes; their sentences are in `SENTENCES`."""

    MANIFEST = "manifest"
    TABLE = "table"
    SNAPSHOT_TIME = "snapshot-time"
    UNSEALED = "unsealed"
    READING_UNSTATED = "reading-unstated"
    EFFECT_OF_PERSON = "effect-of-person"
    EFFECT_CLAUSE = "effect-without-clause"
    EFFECT_DOCUMENT = "effect-without-document"
    EFFECT_DATE = "effect-without-date"
    EFFECT_END = "effect-without-end"
    EFFECT_ENDED = "effect-ended"
    EFFECT_SOURCE = "effect-without-source"
    EFFECT_LOG = "effect-not-in-log"
    EVENT_PERSON = "event-without-person"
    EVENT_LOG = "event-not-in-log"
    GONE = "gone-since-logged"
    DECISION_PERSON = "decision-without-person"
    DECISION_LOG = "decision-not-in-log"
    ACT_PERSON = "act-without-person"
    REPORT_READING = "report-without-reading"
    ERASURE = "erasure-unexplained"


SENTENCES = {
    Wrong.MANIFEST: Bilingual("快照清单缺失或者无法读取", "the snapshot's manifest is missing or unreadable"),
    Wrong.TABLE: Bilingual("快照文件与清单不符", "a file of the snapshot is not what the manifest says"),
    Wrong.SNAPSHOT_TIME: Bilingual(
        "快照不是在导出日志时取得的", "the snapshot was not taken when the log was exported"
    ),
    Wrong.UNSEALED: Bilingual(
        "有早于一分钟的日志没有封存", "entries of the log older than a minute are in no tree"
    ),
    Wrong.READING_UNSTATED: Bilingual(
        "查询没有写明目的、依据、字段、案号、授权或者主体",
        "a reading lacks purpose, clause, fields, case, grant or subject",
    ),
    Wrong.EFFECT_OF_PERSON: Bilingual(
        "公示了自然人或者个体工商户的失信信息", "a natural person's or sole proprietor's record is displayed"
    ),
    Wrong.EFFECT_CLAUSE: Bilingual(
        "没有当时有效的目录版本或者依据", "no catalog version in force at the time, or no clause"
    ),
    Wrong.EFFECT_DOCUMENT: Bilingual("没有文书", "there is no document"),
    Wrong.EFFECT_DATE: Bilingual("没有生效日期，或者展示早于它", "no effective day, or displayed before it"),
    Wrong.EFFECT_END: Bilingual(
        "没有展示期，或者不在展示期内", "no display period, or displayed outside of it"
    ),
    Wrong.EFFECT_ENDED: Bilingual(
        "已经撤回、撤销、修复或者屏蔽，仍在展示", "displayed although it had ended"
    ),
    Wrong.EFFECT_SOURCE: Bilingual(
        "没有来源：报送、单位、文件、行号", "no source: submission, unit, file and row"
    ),
    Wrong.EFFECT_LOG: Bilingual("日志中没有产生它的行为", "the log does not have the act that it comes from"),
    Wrong.EVENT_PERSON: Bilingual("记录的变更不是由真人作出", "no human being made the change to a record"),
    Wrong.EVENT_LOG: Bilingual("日志中没有这次变更", "the log does not have the change to a record"),
    Wrong.GONE: Bilingual("日志中有，平台上已经没有", "the log has it, the platform no longer does"),
    Wrong.DECISION_PERSON: Bilingual("决定不是由真人作出", "no human being made the decision"),
    Wrong.DECISION_LOG: Bilingual("日志中没有这个决定", "the log does not have the decision"),
    Wrong.ACT_PERSON: Bilingual("须由人作出的行为没有写明谁", "an act of a person names nobody, or a job"),
    Wrong.REPORT_READING: Bilingual(
        "报告之前没有同一主体的查询日志", "no reading of the same subject was logged before the report"
    ),
    Wrong.ERASURE: Bilingual(
        "删除的日志内容没有两个人的批准", "an erased entry has no approval by two persons in the log"
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `where`: a file, an entry or a record, by number."""

    kind: Wrong
    where: str

    @property
    def sentence(self) -> Bilingual:
        """What is wrong and where."""
        said = SENTENCES[self.kind]
        return Bilingual(f"{self.where}：{said.zh}", f"{self.where}: {said.en}")

"""What can be wrong with a log, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anxin.kernel.text import Bilingual


class Kind(StrEnum):
    """Stable codes; their sentences are in `SENTENCES`."""

    LINE = "line"
    MISSING = "missing"
    OUT_OF_PLACE = "out-of-place"
    COMMITMENT = "commitment"
    ENTRY_KIND = "entry-kind"
    SALT_OF_ERASED = "salt-of-erased"
    TOO_LATE = "too-late"
    TOO_EARLY = "too-early"
    ROOT = "root"
    SECOND_ROOT = "second-root"
    NO_SECOND_ROOT = "no-second-root"
    LEAVES_MISSING = "leaves-missing"
    LEAVES_BEYOND = "leaves-beyond"
    FILE = "file"
    NOTE = "note"
    ORIGIN = "origin"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_WRONG = "signature-wrong"
    SIGNATURE_OUTSIDE = "signature-outside"
    WITNESS_MISSING = "witness-missing"
    SHRUNK = "shrunk"
    FORK = "fork"
    TIME_BACK = "time-back"
    TIME_AHEAD = "time-ahead"
    NOT_LAST = "not-last"
    SINCE_LARGER = "since-larger"
    SINCE_FORK = "since-fork"
    PROOF = "proof"


SENTENCES = {
    Kind.LINE: Bilingual("该行写法不对", "the line is not written as it must be"),
    Kind.MISSING: Bilingual("条目缺失", "entries are missing"),
    Kind.OUT_OF_PLACE: Bilingual(
        "条目重复、插入或者错位", "an entry is repeated, inserted or out of its place"
    ),
    Kind.COMMITMENT: Bilingual(
        "条目内容或者盐与承诺值不符", "the entry's text or salt is not what was committed to"
    ),
    Kind.ENTRY_KIND: Bilingual("条目种类与内容不符", "the entry's kind is not that of its text"),
    Kind.SALT_OF_ERASED: Bilingual(
        "已删除条目的盐仍在，其内容可被猜出",
        "an erased entry's salt is still there: its text could be guessed",
    ),
    Kind.TOO_LATE: Bilingual(
        "条目自称的时间晚于见证看到它的时间", "an entry claims a time after a witness had seen it"
    ),
    Kind.TOO_EARLY: Bilingual(
        "条目自称的时间早得可疑：当时的树里没有它",
        "an entry claims a time long before the trees that lack it",
    ),
    Kind.ROOT: Bilingual("树根与检查点不符", "the tree's root is not the checkpoint's"),
    Kind.SECOND_ROOT: Bilingual("SM3 树根与检查点不符", "the tree's SM3 root is not the checkpoint's"),
    Kind.NO_SECOND_ROOT: Bilingual("检查点没有 SM3 根", "the checkpoint has no SM3 root"),
    Kind.LEAVES_MISSING: Bilingual("条目少于检查点所说", "there are fewer entries than the checkpoint says"),
    Kind.LEAVES_BEYOND: Bilingual("有条目不在任何检查点之内", "there are entries beyond every checkpoint"),
    Kind.FILE: Bilingual("文件缺失或者无法读取", "a file is missing or cannot be read"),
    Kind.NOTE: Bilingual("检查点写法不对", "a checkpoint is not written as it must be"),
    Kind.ORIGIN: Bilingual("检查点出自另一个日志", "a checkpoint is of another log"),
    Kind.SIGNATURE_MISSING: Bilingual("没有可信日志密钥的签名", "no key trusted for the log signed it"),
    Kind.SIGNATURE_WRONG: Bilingual("签名是假的", "a signature is not genuine"),
    Kind.SIGNATURE_OUTSIDE: Bilingual(
        "签名在密钥有效期之外", "a signature was made outside of its key's time"
    ),
    Kind.WITNESS_MISSING: Bilingual("缺少见证的联署", "a witness's cosignature is missing"),
    Kind.SHRUNK: Bilingual("检查点的大小倒退", "a checkpoint is smaller than the one before it"),
    Kind.FORK: Bilingual("同样大小有两个不同的根", "one size has two different roots"),
    Kind.TIME_BACK: Bilingual("见证时间倒退", "a witness's times go back"),
    Kind.TIME_AHEAD: Bilingual("见证时间在将来", "a witness's time is in the future"),
    Kind.NOT_LAST: Bilingual(
        "最新检查点不是序列中最后一个有联署的检查点",
        "the latest checkpoint is not the last cosigned one of all checkpoints",
    ),
    Kind.SINCE_LARGER: Bilingual(
        "比您保存的检查点还小：日志被退回到旧副本",
        "smaller than the checkpoint you kept: an old copy was restored",
    ),
    Kind.SINCE_FORK: Bilingual(
        "与您保存的检查点不是同一个日志", "not the log of the checkpoint that you kept"
    ),
    Kind.PROOF: Bilingual("证明不成立", "the proof does not hold"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `first` and `end`: the entries concerned, from the first to before the end; None: none.

    `detail`: a file's, key's or checkpoint's name, or what exactly is wrong in it.
    """

    kind: Kind
    first: int | None = None
    end: int | None = None
    detail: str = ""

    @property
    def sentence(self) -> Bilingual:
        """What is wrong and where."""
        said = SENTENCES[self.kind]
        detail = f"（{self.detail}）" if self.detail else ""
        if self.first is None:
            return Bilingual(f"{said.zh}{detail}", f"{said.en}{detail and f' ({self.detail})'}")
        last = (self.end or self.first + 1) - 1
        place_zh = f"第 {self.first} 条" if last <= self.first else f"第 {self.first} 至 {last} 条"
        place_en = f"entry {self.first}" if last <= self.first else f"entries {self.first} to {last}"
        return Bilingual(
            f"{place_zh}：{said.zh}{detail}", f"{place_en}: {said.en}{detail and f' ({self.detail})'}"
        )

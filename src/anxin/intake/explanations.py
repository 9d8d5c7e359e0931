"""What each reason of a returned row means, and what to do, in Chinese and English."""

from __future__ import annotations

from anxin.kernel.identifiers import FINDINGS
from anxin.kernel.text import Bilingual

_OWN: dict[str, tuple[Bilingual, Bilingual]] = {
    "E-REQUIRED": (
        Bilingual("必填项为空。", "A required value is missing."),
        Bilingual("请补填。", "Fill it in."),
    ),
    "E-DATE": (
        Bilingual("日期不存在或写法无法识别。", "The date does not exist or cannot be read."),
        Bilingual("请写成 2026-05-06 或 2026/5/6。", "Write 2026-05-06 or 2026/5/6."),
    ),
    "E-DATE-ORDER": (
        Bilingual("日期在未来,或早于应在其前的日期。", "The date lies ahead, or before one it must follow."),
        Bilingual("请核对决定日期与截止日期。", "Compare the date of decision with the end date."),
    ),
    "E-NUM": (
        Bilingual("金额或数字无法识别。", "The amount or number cannot be read."),
        Bilingual(
            "请只写阿拉伯数字,不带千分位,最多六位小数。",
            "Write plain digits, no separators, at most six decimals.",
        ),
    ),
    "E-LENGTH": (
        Bilingual("内容超过规定长度。", "The text is longer than allowed."),
        Bilingual("请缩短。", "Shorten it."),
    ),
    "E-CTRL": (
        Bilingual("含有不可见的控制字符。", "It holds invisible control characters."),
        Bilingual("请删除后重新输入。", "Delete it and type it again."),
    ),
    "E-PERSONAL": (
        Bilingual(
            "这里出现了个人证件号码,已拒收且未保存。",
            "A personal number stands where none belongs; it was not kept.",
        ),
        Bilingual("请删除该号码后重报。", "Remove the number and send the row again."),
    ),
    "E-PERSON-CHANNEL": (
        Bilingual(
            "自然人的信息目前不能通过本通道报送。", "Rows about natural persons cannot be sent this way yet."
        ),
        Bilingual(
            "请暂存,待自然人通道开通后报送。", "Keep them until the channel for natural persons opens."
        ),
    ),
}


def meaning(code: str) -> tuple[Bilingual, Bilingual]:
    """Message and remedy of a reason code. Raises KeyError for a code nobody explained."""
    if code in _OWN:
        return _OWN[code]
    found = FINDINGS[code]
    return found.message, found.remedy


def explain(code: str, label: str) -> str:
    """One line in both languages, as the returned workbook shows it."""
    message, remedy = meaning(code)
    return f"[{code}] {label}:{message.zh}{remedy.zh} / {message.en} {remedy.en}"

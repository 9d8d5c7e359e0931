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
        Bilingual("日期在未来，或早于应在其前的日期。", "The date lies ahead, or before one it must follow."),
        Bilingual("请核对决定日期与截止日期。", "Compare the date of decision with the end date."),
    ),
    "E-NUM": (
        Bilingual("金额或数字无法识别。", "The amount or number cannot be read."),
        Bilingual(
            "请只写阿拉伯数字，不带千分位，最多六位小数。",
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
            "这里出现了个人证件号码，已拒收且未保存。",
            "A personal number stands where none belongs; it was not kept.",
        ),
        Bilingual("请删除该号码后重报。", "Remove the number and send the row again."),
    ),
    "E-CODE": (
        Bilingual("该值不在代码表中。", "The value is not in the code list."),
        Bilingual(
            "请使用模板所列的值；开放的代码表可写“其他-”并注明。",
            "Use a value that the template lists; an open list also takes 其他- with a description.",
        ),
    ),
    "E-LOCAL-CODE": (
        Bilingual("代码不符合所声明种类的写法。", "The code does not have the form of its kind."),
        Bilingual("请与登记材料核对代码。", "Compare the code with the registration."),
    ),
    "E-KIND": (
        Bilingual(
            "这里需要另一类主体的号码：个人证件号码与组织代码填混了。",
            "A number of another kind of subject is needed here: a person's and an organization's were mixed up.",
        ),
        Bilingual(
            "组织填统一社会信用代码，自然人填证件号码，各填其列。",
            "Give an organization its social credit code and a person a document number, each in its own column.",
        ),
    ),
    "E-ID-FORM": (
        Bilingual(
            "号码不符合所填证件类型的格式。",
            "The number does not have the form of the document that was named.",
        ),
        Bilingual("请核对证件类型和号码。", "Compare the kind of document and its number."),
    ),
    "E-ENC-PUA": (
        Bilingual(
            "名称中有编码转换遗留的私用区字符，无法显示。",
            "The name holds a private-use character, left over from a conversion, that nobody can display.",
        ),
        Bilingual(
            "请用标准字符(UTF-8)重新录入该字。", "Type that character again as a standard one (UTF-8)."
        ),
    ),
    "E-PROHIBITED": (
        Bilingual(
            "内容属于禁止归集的信息，已拒收且未保存。",
            "It states what may not be collected; it was refused and not kept.",
        ),
        Bilingual(
            "请删除该内容后重报；系统只记下了栏目、类别和次数。",
            "Remove it and send the row again; only field, category and count were noted.",
        ),
    ),
    "E-SEALED": (
        Bilingual(
            "该记录依法应予封存，不得提供给任何单位和个人。",
            "A statute seals this record; it may be given to nobody.",
        ),
        Bilingual("请不要报送这一行。", "Do not send this row."),
    ),
    "E-MINOR": (
        Bilingual(
            "当事人作出决定时不满十四周岁，不得归集对其的处罚。",
            "The person was under 14 on the day of the decision; a penalty on a child may not be collected.",
        ),
        Bilingual(
            "请核对出生日期和决定日期；属实的，不要报送并复查该决定。",
            "Compare birth date and day of decision; where true, do not send it, and review the decision.",
        ),
    ),
    "E-OFFICER": (
        Bilingual("工作人员判断后退回。", "An officer looked at the row and returned it."),
        Bilingual("请按理由改正，只重报这一行。", "Correct it as the officer says and send this row alone."),
    ),
    "W-NORMALIZED": (
        Bilingual(
            "代码或号码的写法（全角、空格、大小写）已统一。",
            "Codes or numbers were brought into one writing (width, spaces, case).",
        ),
        Bilingual("无需处理。", "Nothing to do."),
    ),
    "W-CODE-ALIAS": (
        Bilingual(
            "代码表值的另一种写法已换成标准写法。",
            "Another writing of a listed value was replaced by the list's.",
        ),
        Bilingual("今后请直接使用模板的写法。", "Use the template's writing in future."),
    ),
    "W-ENC-PUA": (
        Bilingual(
            "文字中有私用区字符，显示时可能缺字。",
            "A text holds private-use characters that may not be displayed.",
        ),
        Bilingual("请核对原文。", "Compare with the original."),
    ),
    "W-LATE": (
        Bilingual(
            "自决定之日起已超过目录规定的报送期限。",
            "It came later after the decision than the catalog allows.",
        ),
        Bilingual("今后请在期限内报送。", "Send it in time in future."),
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

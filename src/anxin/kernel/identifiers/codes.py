"""What each error and warning code means, and what to do. The codes are public: they never change meaning."""

from __future__ import annotations

from dataclasses import dataclass

from anxin.kernel.text import Bilingual


@dataclass(frozen=True, slots=True)
class Finding:
    """One code: what was found, and what to do next."""

    code: str
    message: Bilingual
    remedy: Bilingual

    @property
    def is_error(self) -> bool:
        """Errors make a value invalid; warnings do not."""
        return self.code.startswith("E-")


def _finding(code: str, message: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    return Finding(code, Bilingual(*message), Bilingual(*remedy))


_NOTHING_TO_DO = ("无需处理;原值已保留。", "Nothing to do; the original is kept.")
_COMPARE = ("请与证件原件核对后重新填写。", "Compare with the document itself and type it again.")
_COMPARE_LICENSE = (
    "请与营业执照或登记证书核对后重新填写。",
    "Compare with the license or registration certificate.",
)

_FINDINGS = (
    _finding(
        "E-CODE-EMPTY",
        ("没有填写代码或号码。", "No code or number was given."),
        (
            "请填写统一社会信用代码或证件号码。",
            "Give the unified social credit code or the document's number.",
        ),
    ),
    _finding(
        "E-CODE-PLACEHOLDER",
        ("填写的是占位文字,不是代码。", "A placeholder was given, not a code."),
        (
            "请填写真实代码;确实没有的,请留空。",
            "Give the real code, or leave the cell empty if there is none.",
        ),
    ),
    _finding(
        "E-CODE-UNKNOWN",
        ("不属于任何已知的代码或证件号码形式。", "It has the form of no known code or document number."),
        ("请核对是否填错列,或缺少字符。", "Check whether it stands in the wrong column or lacks characters."),
    ),
    _finding(
        "E-CODE-CHECK",
        ("工商注册号的校验位不正确。", "The check digit of the registration number is wrong."),
        _COMPARE_LICENSE,
    ),
    _finding(
        "E-ID-CHAR",
        (
            "证件号码中有不允许的字符(只能是数字和末位 X)。",
            "The number holds a character that is not allowed (only digits 0-9 and a final X).",
        ),
        ("请用普通数字和英文字母 X 重新填写。", "Type it again with plain digits and the Latin letter X."),
    ),
    _finding(
        "E-ID-CHECK", ("证件号码的校验位不正确。", "The check character of the number is wrong."), _COMPARE
    ),
    _finding(
        "E-ID-DATE",
        ("证件号码中的出生日期不成立。", "The birth date in the number is not a possible one."),
        _COMPARE,
    ),
    _finding("E-ID-LENGTH", ("证件号码应为18位。", "The number must have 18 characters."), _COMPARE),
    _finding(
        "E-ID-OLD",
        (
            "这是已停用的15位居民身份证号码。",
            "This is a 15-digit resident ID number, which is no longer in use.",
        ),
        (
            "请填写18位号码:出生年份前加19,末位加校验码;以现行身份证为准。",
            "Give the 18-character number: 19 before the birth year and a check character at the end, as on the present card.",
        ),
    ),
    _finding(
        "E-ID-NUM",
        (
            "号码存成了数值,末几位已经丢失。",
            "The number was stored as a numeric value and has lost its last digits.",
        ),
        (
            "请把该列设为文本格式,从原始资料重新填写。",
            "Make the column text and fill it in again from the source; it cannot be restored.",
        ),
    ),
    _finding(
        "E-USCC-CHAR",
        (
            "统一社会信用代码中有不允许的字符(不使用 I、O、S、V、Z)。",
            "The unified social credit code holds a character that is not allowed (I, O, S, V, Z are never used).",
        ),
        (
            "请核对是否把 0 写成 O、1 写成 I、5 写成 S、2 写成 Z。",
            "Check for O in place of 0, I of 1, S of 5, Z of 2.",
        ),
    ),
    _finding(
        "E-USCC-CHECK",
        (
            "统一社会信用代码的校验位不正确。",
            "The check character of the unified social credit code is wrong.",
        ),
        (
            "请与营业执照核对;确为登记机关所发的,请申请列入例外清单。",
            "Compare with the license; if the registrar really issued it so, ask an officer to add it to the list of exceptions.",
        ),
    ),
    _finding(
        "E-USCC-DEPARTMENT",
        (
            "统一社会信用代码首位不是登记管理部门代码。",
            "The unified social credit code does not begin with a registering department.",
        ),
        _COMPARE_LICENSE,
    ),
    _finding(
        "E-USCC-LENGTH",
        ("统一社会信用代码应为18位。", "The unified social credit code must have 18 characters."),
        _COMPARE_LICENSE,
    ),
    _finding(
        "E-USCC-OLD",
        (
            "这是旧的工商注册号,不是统一社会信用代码。",
            "This is an old registration number, not a unified social credit code.",
        ),
        (
            "请填写换照后的18位统一社会信用代码;已注销的,请填在注册号一栏。",
            "Give the 18-character code of the present license; for a dissolved organization use the registration number's own column.",
        ),
    ),
    _finding(
        "W-NORMALIZED-WIDTH",
        ("全角字符已转为半角。", "Full-width characters were made plain."),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-NORMALIZED-SPACE",
        ("已去除空格、换行或不可见字符。", "Spaces, line ends or invisible characters were removed."),
        _NOTHING_TO_DO,
    ),
    _finding("W-NORMALIZED-HYPHEN", ("已去除连字符。", "Hyphens were removed."), _NOTHING_TO_DO),
    _finding(
        "W-NORMALIZED-CASE",
        ("小写字母已转为大写。", "Lower-case letters were made upper-case."),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-NORMALIZED-APOSTROPHE",
        ("已去除开头的单引号。", "A leading apostrophe was removed."),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-ID-REGION",
        ("号码的地区码不是省级区划代码。", "The number's region belongs to no province."),
        _COMPARE,
    ),
    _finding(
        "W-ID-CENTURY",
        ("号码所示出生年份早于1900年。", "The birth year in the number lies before 1900."),
        _COMPARE,
    ),
    _finding(
        "W-ID-ALSO-REGISTRATION",
        (
            "该号码同时符合工商注册号的校验规则。",
            "The number also satisfies the check of a registration number.",
        ),
        (
            "确为组织注册号的,请申请列入例外清单。",
            "If it is an organization's number, ask an officer to add it to the list of exceptions.",
        ),
    ),
    _finding(
        "W-ID-ALSO-USCC",
        (
            "该号码同时符合统一社会信用代码的校验规则。",
            "The number also satisfies the check of a unified social credit code.",
        ),
        (
            "确为组织代码的,请申请列入例外清单。",
            "If it is an organization's code, ask an officer to add it to the list of exceptions.",
        ),
    ),
    _finding(
        "W-USCC-REGION",
        ("代码中的地区码不在现行区划中。", "The region in the code is not among today's divisions."),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-USCC-INNER",
        (
            "代码内含的组织机构代码校验位不正确。",
            "The check character of the inner organization code does not hold.",
        ),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-USCC-EXCEPTION",
        ("代码在例外清单中,予以接受。", "The code is on the list of exceptions and accepted."),
        _NOTHING_TO_DO,
    ),
    _finding(
        "W-FORM-ONLY",
        (
            "该证件只能按形式识别,没有校验位。",
            "This document is known by its form only; it has no check digit here.",
        ),
        ("请与证件类型一栏核对。", "Compare with the column that names the document."),
    ),
)

FINDINGS = {finding.code: finding for finding in _FINDINGS}


def finding(code: str) -> Finding:
    """The meaning of a code. KeyError for a code the kernel does not give."""
    return FINDINGS[code]

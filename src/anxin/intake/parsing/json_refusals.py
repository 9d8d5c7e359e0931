"""What is wrong with a JSON document. `{place}` is a row number, the keys counting as row 1, with the key where known."""

from __future__ import annotations

from anxin.intake.refusals import FileRefused
from anxin.kernel.text import Bilingual


class BadJson(FileRefused):
    """Base: one code, several sentences."""

    code = "E-JSON"
    remedy = Bilingual(
        '请报送对象数组或 {{"rows": [...]}},键不重复,值只用文本、数字、布尔或 null。',
        'Send an array of objects or {{"rows": [...]}}: no doubled keys, only texts, numbers, booleans or null.',
    )


class WrongSyntax(BadJson):
    message = Bilingual(
        "JSON 第 {line} 行第 {column} 列语法有误。", "The JSON is malformed at line {line}, column {column}."
    )


class DoubledKey(BadJson):
    message = Bilingual(
        "JSON 第 {place} 行的键“{key}”重复。", "Row {place} of the JSON has the key “{key}” twice."
    )


class InexactNumber(BadJson):
    message = Bilingual(
        "JSON 第 {place} 行有超过 15 位的整数或非数字({number}…)。",
        "Row {place} of the JSON has an integer of more than 15 digits, or no number ({number}…).",
    )
    remedy = Bilingual(
        "请把号码和代码写成文本(加引号)。", "Write numbers and codes as texts, in quotation marks."
    )


class TooDeep(BadJson):
    message = Bilingual("JSON 嵌套过深。", "The JSON is nested too deeply.")


class WrongShape(BadJson):
    message = Bilingual("JSON 的结构不符({place})。", "The JSON does not have the expected shape ({place}).")

"""Why a whole file is refused. One bad row never stops a file; one bad header always does."""

from __future__ import annotations

from typing import ClassVar

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

CLAUSE = "anshan-2022-9/11/1"


class FileRefused(Refusal):
    """Base of every refusal of a file; `{place}` says where, as far as it is known."""

    clause: ClassVar[str | None] = CLAUSE


class EmptyFile(FileRefused):
    code = "E-EMPTY"
    message = Bilingual("文件里没有数据行。", "The file has no rows of data.")
    remedy = Bilingual(
        "请确认导出的文件包含表头和至少一行数据。", "Export it again with a header and at least one row."
    )


class WrongEncoding(FileRefused):
    code = "E-ENC"
    message = Bilingual(
        "文件编码无法识别:第 {offset} 字节处既不是 UTF-8 也不是 GB18030。",
        "The encoding is not recognized: byte {offset} is neither UTF-8 nor GB18030.",
    )
    remedy = Bilingual("请另存为 UTF-8 编码的 CSV 后重报。", "Save it as CSV in UTF-8 and send it again.")


class MixedEncoding(FileRefused):
    code = "E-ENC-MIX"
    message = Bilingual("文件是 UTF-16 或混用了几种编码。", "The file is UTF-16 or mixes encodings.")
    remedy = WrongEncoding.remedy


class NulByte(FileRefused):
    code = "E-NUL"
    message = Bilingual("第 {offset} 字节处有空字符(NUL)。", "There is a NUL character at byte {offset}.")
    remedy = Bilingual(
        "请重新导出文件,不要直接编辑二进制内容。", "Export the file again; do not edit its bytes."
    )


class UnbalancedQuote(FileRefused):
    code = "E-CSV-QUOTE"
    message = Bilingual(
        "有一个引号没有配对,可能吞掉后面的行。", "A quotation mark has no partner and may swallow rows."
    )
    remedy = Bilingual(
        "请检查含引号的单元格后重新导出。", "Check the cells that hold quotation marks and export again."
    )


class WrongDelimiter(FileRefused):
    code = "E-CSV-DELIM"
    message = Bilingual("列分隔符不是“{expected}”。", "Columns are not separated by “{expected}”.")
    remedy = Bilingual("请用该分隔符重新导出。", "Export it again with that separator.")


class RaggedRows(FileRefused):
    code = "E-CSV-COLS"
    message = Bilingual(
        "第 {row} 行有 {found} 列,表头有 {expected} 列。",
        "Row {row} has {found} columns; the header has {expected}.",
    )
    remedy = Bilingual("请检查该行是否多了或少了分隔符。", "Check that row for a missing or extra separator.")


class WrongColumns(FileRefused):
    code = "E-COL"
    message = Bilingual(
        "表头不符:{details}。",
        "The header does not fit: {details}.",
    )
    remedy = Bilingual(
        "请使用该条目的模板,或为本单位登记列名。", "Use the item's template, or register your column names."
    )


class ProhibitedColumns(FileRefused):
    code = "E-PROHIBITED"
    clause: ClassVar[str | None] = "anshan-2022-9/16/3"
    message = Bilingual(
        "表头中有不得归集的内容:{categories}(依据 {place})。",
        "The header names what may not be collected: {categories} ({place}).",
    )
    remedy = Bilingual(
        "请删除这些列后重报;文件没有保存。",
        "Remove these columns and send the file again; it was not kept.",
    )


class WrongTotal(FileRefused):
    code = "E-TOTAL"
    message = Bilingual(
        "申报 {declared} 行,实际读到 {read} 行。", "{declared} rows were declared, {read} were read."
    )
    remedy = Bilingual(
        "请核对行数后重报;本次没有存入任何数据。", "Check the count and send again; nothing was stored."
    )


class WrongDigest(FileRefused):
    code = "E-HASH"
    message = Bilingual("文件与申报的摘要不一致。", "The file does not match the declared digest.")
    remedy = Bilingual("文件可能在传输中受损,请重传。", "It may have been damaged on its way; send it again.")


class WrongType(FileRefused):
    code = "E-TYPE"
    message = Bilingual("文件内容与扩展名不符,或不是支持的类型。", "The content is not of a supported type.")
    remedy = Bilingual("请另存为 CSV 后重报。", "Save it as CSV and send it again.")

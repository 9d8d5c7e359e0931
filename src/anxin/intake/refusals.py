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


class NothingDeclared(FileRefused):
    code = "E-EMPTY"
    message = Bilingual("申报的行数是 0。", "The number of rows declared is 0.")
    remedy = Bilingual("没有数据时不必报送。", "Where there is nothing to report, send no file.")


class WrongEncoding(FileRefused):
    code = "E-ENC"
    message = Bilingual(
        "文件编码无法识别：第 {offset} 字节处既不是 UTF-8 也不是 GB18030。",
        "The encoding is not recognized: byte {offset} is neither UTF-8 nor GB18030.",
    )
    remedy = Bilingual("请另存为 UTF-8 编码的 CSV 后重报。", "Save it as CSV in UTF-8 and send it again.")


class MixedEncoding(FileRefused):
    code = "E-ENC-MIX"
    message = Bilingual(
        "文件是 UTF-16，或在第 {offset} 字节前后混用了几种编码。",
        "The file is UTF-16, or mixes encodings around byte {offset}.",
    )
    remedy = WrongEncoding.remedy


class NulByte(FileRefused):
    code = "E-NUL"
    message = Bilingual("第 {offset} 字节处有空字符(NUL)。", "There is a NUL character at byte {offset}.")
    remedy = Bilingual(
        "请重新导出文件，不要直接编辑二进制内容。", "Export the file again; do not edit its bytes."
    )


class UnbalancedQuote(FileRefused):
    code = "E-CSV-QUOTE"
    message = Bilingual(
        "第 {row} 行附近的引号没有配对，可能吞掉后面的行。",
        "A quotation mark near row {row} has no partner and may swallow rows.",
    )
    remedy = Bilingual(
        "含引号的单元格应整体用引号括起，内部引号写两遍；请检查后重新导出。",
        "Quote such a cell as a whole and double the marks inside it; check it and export again.",
    )


class WrongDelimiter(FileRefused):
    code = "E-CSV-DELIM"
    message = Bilingual(
        "第 {row} 行的列分隔符是“{found}”，应为“{expected}”。",
        "Row {row} separates its columns by “{found}”, not by “{expected}”.",
    )
    remedy = Bilingual(
        "请用半角的“{expected}”作分隔符重新导出。", "Export it again with “{expected}” between the columns."
    )


class RaggedRows(FileRefused):
    code = "E-CSV-COLS"
    message = Bilingual(
        "第 {row} 行有 {found} 列，表头有 {expected} 列。",
        "Row {row} has {found} columns; the header has {expected}.",
    )
    remedy = Bilingual("请检查该行是否多了或少了分隔符。", "Check that row for a missing or extra separator.")


class WrongColumns(FileRefused):
    code = "E-COL"
    message = Bilingual(
        "表头不符：{details}。",
        "The header does not fit: {details}.",
    )
    remedy = Bilingual(
        "请使用该条目的模板，或为本单位登记列名。", "Use the item's template, or register your column names."
    )


class ProhibitedColumns(FileRefused):
    code = "E-PROHIBITED"
    clause: ClassVar[str | None] = "anshan-2022-9/16/3"
    message = Bilingual(
        "表头中有不得归集的内容：{categories}（依据 {place}）。",
        "The header names what may not be collected: {categories} ({place}).",
    )
    remedy = Bilingual(
        "请删除这些列后重报；文件没有保存。",
        "Remove these columns and send the file again; it was not kept.",
    )


class WrongTotal(FileRefused):
    code = "E-TOTAL"
    message = Bilingual(
        "申报 {declared} 行，实际读到 {read} 行。", "{declared} rows were declared, {read} were read."
    )
    remedy = Bilingual(
        "请核对行数后重报；本次没有存入任何数据。", "Check the count and send again; nothing was stored."
    )


class WrongDigest(FileRefused):
    code = "E-HASH"
    message = Bilingual("文件与申报的摘要不一致。", "The file does not match the declared digest.")
    remedy = Bilingual(
        "文件可能在传输中受损，请重传。", "It may have been damaged on its way; send it again."
    )


class UploadDamaged(FileRefused):
    code = "E-STORED-DAMAGED"
    message = Bilingual(
        "平台保存的这份文件已经受损或者被改动，没有读取。",
        "The platform's copy of this file was damaged or altered; it was not read.",
    )
    remedy = Bilingual(
        "没有存入任何数据。请重新报送，并告知平台运维。",
        "Nothing was stored. Send it again, and tell the platform's operator.",
    )


class WrongType(FileRefused):
    code = "E-TYPE"
    message = Bilingual(
        "文件的实际内容是 {found}，不是 CSV、xlsx 或 JSON。",
        "The content of the file is {found}, not CSV, xlsx or JSON.",
    )
    remedy = Bilingual(
        "请在 Excel 或 WPS 中另存为“xlsx”或“CSV UTF-8”后重报；只改扩展名没有用。",
        "Save it as xlsx or CSV UTF-8 and send it again; renaming it does not help.",
    )


class LongCell(FileRefused):
    code = "E-CELL-LEN"
    message = Bilingual(
        "{place} 的内容超过 32,767 个字符。", "The cell at {place} holds more than 32,767 characters."
    )
    remedy = Bilingual(
        "请缩短该单元格；若它吞进了多行，请检查引号。",
        "Shorten it; if it swallowed several rows, check its quotation marks.",
    )


class UnnamedColumn(FileRefused):
    code = "E-COL"
    message = Bilingual(
        "第 {column} 列没有列名，但第 {row} 行有内容。",
        "Column {column} has no name, but row {row} holds something there.",
    )
    remedy = Bilingual("请填写列名，或清空该列。", "Give the column its name, or empty it.")


class TooManyColumns(FileRefused):
    code = "E-COL"
    message = Bilingual(
        "表头有 {found} 列，最多 {limit} 列。", "The header has {found} columns; {limit} are allowed."
    )
    remedy = WrongColumns.remedy


class TooManyRows(FileRefused):
    code = "E-ROWS"
    message = Bilingual(
        "文件有 {found} 行以上数据，一个 xlsx 或 JSON 文件最多 {limit} 行。",
        "The file has {found} rows or more; an xlsx or JSON file may have {limit}.",
    )
    remedy = Bilingual(
        "请按日期或编号拆成几个文件，或改用 CSV（不限行数）。",
        "Split it by date or number, or send it as CSV, which has no limit.",
    )

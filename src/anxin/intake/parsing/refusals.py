"""Why a workbook, an archive or a JSON document is refused whole. `{place}` is language-neutral: a member, a cell."""

from __future__ import annotations

from anxin.intake.refusals import FileRefused
from anxin.kernel.text import Bilingual

SAVE_AGAIN = Bilingual(
    "请在 Excel 或 WPS 中打开,另存为新的 xlsx 后重报。",
    "Open it in Excel or WPS, save it as a new xlsx, send that.",
)


class TooManyMembers(FileRefused):
    code = "E-ZIP-COUNT"
    message = Bilingual(
        "压缩包里有 {found} 个成员,最多 {limit} 个。", "The archive has {found} members; {limit} are allowed."
    )
    remedy = SAVE_AGAIN


class TooLarge(FileRefused):
    code = "E-ZIP-SIZE"
    message = Bilingual(
        "成员 {place} 解压后过大或压缩比异常。",
        "Member {place} unpacks to too much, or is packed too densely.",
    )
    remedy = Bilingual("请拆成几个文件,或改用 CSV。", "Split it into several files, or send CSV.")


class BadStructure(FileRefused):
    code = "E-ZIP-STRUCT"
    message = Bilingual(
        "压缩包结构有误(重名、重叠或截断):{place}。",
        "The archive is malformed (doubled, overlapping or cut off): {place}.",
    )
    remedy = SAVE_AGAIN


class BadPath(FileRefused):
    code = "E-ZIP-PATH"
    message = Bilingual(
        "压缩包成员的路径不被允许:{place}。", "A member of the archive has a forbidden path: {place}."
    )
    remedy = SAVE_AGAIN


class BadChecksum(FileRefused):
    code = "E-ZIP-CRC"
    message = Bilingual("成员 {place} 的校验和不符。", "The checksum of member {place} is wrong.")
    remedy = Bilingual("文件已损坏,请重新导出并重传。", "The file is damaged; export and send it again.")


class Encrypted(FileRefused):
    code = "E-ZIP-ENC"
    message = Bilingual("文件有密码或已加密:{place}。", "The file is encrypted or has a password: {place}.")
    remedy = Bilingual("请取消密码后重报。", "Remove the password and send it again.")


class HasDeclarations(FileRefused):
    code = "E-XML-DTD"
    message = Bilingual(
        "成员 {place} 含有 DTD 或实体声明。", "Member {place} declares a document type or entities."
    )
    remedy = SAVE_AGAIN


class BadMarkup(FileRefused):
    code = "E-XML"
    message = Bilingual("成员 {place} 的 XML 有误。", "The XML of member {place} is malformed.")
    remedy = SAVE_AGAIN


class ActiveContent(FileRefused):
    code = "E-XLSX-ACTIVE"
    message = Bilingual(
        "工作簿含有宏、外部链接、数据连接或嵌入对象:{place}。",
        "The workbook holds macros, external links, connections or embedded objects: {place}.",
    )
    remedy = Bilingual(
        "请把数据以“值”粘贴到新的工作簿,另存为 xlsx 后重报。",
        "Paste the values into a new workbook and save that as xlsx.",
    )


class OutOfRange(FileRefused):
    code = "E-XLSX-RANGE"
    message = Bilingual(
        "单元格 {place} 在表格之外,或次序有误;第一行应是全部列名。",
        "Cell {place} lies outside the table or out of order; the first row must hold every column name.",
    )
    remedy = Bilingual(
        "请删除表格之外的内容和标题行后重报。",
        "Remove what lies outside the table, and title rows, then send it.",
    )


class HiddenData(FileRefused):
    code = "E-XLSX-HIDDEN"
    message = Bilingual(
        "隐藏的工作表、行或列里有数据:{place}。", "Hidden sheets, rows or columns hold data: {place}."
    )
    remedy = Bilingual(
        "请取消隐藏和筛选并核对,或删除后重报。",
        "Unhide and unfilter, check them or delete them, then send it.",
    )


class SeveralSheets(FileRefused):
    code = "E-XLSX-SHEETS"
    message = Bilingual("不止一个工作表有数据:{place}。", "More than one sheet holds data: {place}.")
    remedy = Bilingual(
        "一个文件只报一张表:请删除其余工作表,或分文件报送。",
        "Send one table a file: delete the other sheets, or send each as a file.",
    )


class MergedCells(FileRefused):
    code = "E-XLSX-MERGE"
    message = Bilingual("数据区有合并单元格:{place}。", "The table has merged cells: {place}.")
    remedy = Bilingual("请取消合并,逐行填写后重报。", "Unmerge them, fill in every row, and send it again.")


class ComputedCells(FileRefused):
    code = "E-CELL-FORMULA"
    message = Bilingual(
        "有 {number} 个单元格是公式或错误值:{place}。", "{number} cells are formulas or errors: {place}."
    )
    remedy = Bilingual(
        "请复制整表,选择性粘贴为“值”,改正错误值后重报。",
        "Copy the table, paste it as values, correct the errors, and send it again.",
    )


class FictionalDate(FileRefused):
    code = "E-DATE-1904"
    message = Bilingual(
        "单元格 {place} 的日期早于 1900-03-01,Excel 的该段日历不可靠。",
        "The date in cell {place} lies before 1900-03-01, where the calendar of Excel is unreliable.",
    )
    remedy = Bilingual(
        "请核对日期(1900 与 1904 日期系统),或以文本写成 2026-05-06。",
        "Check it (1900 against 1904 date system), or write it as text: 2026-05-06.",
    )


class ShownDifferently(FileRefused):
    code = "E-XLSX-FORMAT"
    message = Bilingual(
        "有 {number} 个数字单元格的自定义格式补了零并加了别的字符,存储的与显示的不同:{place}。",
        "{number} numeric cells have a format that adds zeros and more, so they hold something else than they show: {place}.",
    )
    remedy = Bilingual(
        "请把该列设为“文本”格式,按显示的内容填写(如 000-123)后重报。",
        "Format the column as text, enter what is shown (such as 000-123), and send it again.",
    )


class ReadDifferently(FileRefused):
    code = "E-XLSX-READ"
    message = Bilingual(
        "工作表有 {scanned} 个非空单元格,解析出 {read} 个。",
        "The sheet has {scanned} cells with content, {read} were understood.",
    )
    remedy = SAVE_AGAIN


class ParserOutOfTime(FileRefused):
    code = "E-PARSER-TIME"
    message = Bilingual("文件解析超过时限,已中止。", "Reading the file took too long and was stopped.")
    remedy = Bilingual("请拆成几个文件,或改用 CSV。", "Split it into several files, or send CSV.")


class ParserOutOfMemory(FileRefused):
    code = "E-PARSER-MEMORY"
    message = Bilingual(
        "文件解析超过内存上限,已中止。", "Reading the file needs too much memory and was stopped."
    )
    remedy = ParserOutOfTime.remedy


class ParserCrashed(FileRefused):
    code = "E-PARSER-CRASH"
    message = Bilingual("文件使解析程序异常终止。", "The file made the parser crash.")
    remedy = SAVE_AGAIN

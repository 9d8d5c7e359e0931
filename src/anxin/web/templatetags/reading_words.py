"""Entries of the query log in words that everybody understands."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.access.who_looked import SeenReading
from anxin.kernel.text import Bilingual

register = template.Library()
NAMED_IN_LISTS = 3


def route_names() -> dict[str, str]:
    """Every way by which information is read."""
    return {
        "own_report": _("本人或者代表人查看"),
        "authorized": _("经授权的人查看"),
        "ex_officio": _("行政机关按用途清单查询"),
        "batch": _("批量查询"),
        "desk_lookup": _("工作人员在工作台查询"),
        "search_hit": _("工作人员搜索时出现在结果中"),
        "export": _("导出"),
        "administration": _("管理操作"),
        "support": _("技术支持"),
        "matching": _("与报送的文件比对"),
        "backup": _("备份"),
        "maintenance": _("系统维护"),
    }


@register.filter
def route_words(route: str) -> str:
    """How it was read."""
    return route_names().get(route, route)


@register.filter
def system_words(system: str) -> str:
    """Through which part of the platform."""
    words = {
        "site": _("公开网站"),
        "portal": _("主体个人页面"),
        "desk": _("工作台"),
        "api": _("接口"),
        "command": _("命令行程序"),
        "job": _("后台任务"),
    }
    return words.get(system, system)


@register.filter
def reader_words(entry: SeenReading) -> str:
    """Who it was, as far as the subject may know."""
    if entry.who == "officer":
        return _("经办人 %(name)s") % {"name": entry.officer}
    if entry.who == "client":
        return _("单位的信息系统 %(name)s") % {"name": entry.officer}
    if entry.who == "representative":
        return _("本主体的其他代表 %(name)s") % {"name": entry.officer}
    if entry.who == "authorized":
        return _("您授权的人 %(name)s") % {"name": entry.officer}
    return _("您本人") if entry.who == "own" else _("平台程序")


@register.filter
def fields_words(fields: tuple[str, ...], names: Mapping[str, Bilingual]) -> str:
    """Which information, by the catalog's names."""
    return _("、").join(_named(fields, names))


@register.filter
def fields_in_short(fields: tuple[str, ...], names: Mapping[str, Bilingual]) -> str:
    """The first few of them, and how many there are; the entry's own page has all."""
    told = _named(fields, names)
    if len(told) <= NAMED_IN_LISTS:
        return _("、").join(told)
    first = _("、").join(told[:NAMED_IN_LISTS])
    return _("%(first)s等 %(number)d 项") % {"first": first, "number": len(told)}


def _named(fields: tuple[str, ...], names: Mapping[str, Bilingual]) -> list[str]:
    special = {
        "*": _("全部信息"),
        "query_log": _("查询日志"),
        "statistics": _("各条目有没有记录（只计数）"),
        "name": _("姓名"),
        "former_names": _("曾用名"),
        "person": _("个人基本信息"),
        "person.born_on": _("出生日期"),
    }
    language = get_language() or "zh"
    told = [
        names[one].in_language(language) if one in names else special.get(one, one.partition(".")[0])
        for one in fields
    ]
    return list(dict.fromkeys(told))


@register.filter
def complaint_state(state: str) -> str:
    """How far a report about a reading is."""
    return {"filed": _("已提交，等待办理"), "taken": _("正在核查"), "answered": _("已答复")}.get(state, state)


@register.filter
def complaint_outcome(outcome: str) -> str:
    """What came of it."""
    return {"lawful": _("查询符合规定"), "improper": _("查询不当")}.get(outcome, outcome)


@register.filter
def role_words(role: str) -> str:
    """A duty of an account."""
    words = {
        "clerk": _("报送员"),
        "officer": _("经办人"),
        "credit_officer": _("信用专员"),
        "secretary": _("秘书"),
        "system_administrator": _("系统管理员"),
        "security_administrator": _("安全管理员"),
        "auditor": _("审计管理员"),
    }
    return words.get(role, role)


@register.filter
def display_state(state: str) -> str:
    """Whether everybody can see a record now."""
    words = {"displayed": _("正在公示"), "ended": _("已停止公示"), "never": _("不对外公示")}
    return words.get(state, state)

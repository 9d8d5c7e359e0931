"""Codes of the officers' pages in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def hexadecimal(digest: bytes) -> str:
    """A digest as people compare it."""
    return bytes(digest).hex()


@register.filter
def queue_reason(code: str) -> str:
    """Why a row waits."""
    words = {
        "Q-NAME": _("名称与登记在案的不一致"),
        "Q-KEY-CONFLICT": _("与已存记录是同一事项，内容不同"),
        "Q-DOCUMENT-CONFLICT": _("证件号码指向不同的人"),
        "Q-IDENTIFIER": _("没有可用来确定主体的证件"),
    }
    return words.get(code, code)


@register.filter
def document_words(kind: str) -> str:
    """A kind of personal document; never its number."""
    words = {
        "resident_id_number": _("居民身份证"),
        "passport": _("护照"),
        "mainland_travel_permit_hong_kong_macao": _("港澳居民来往内地通行证"),
        "mainland_travel_permit_taiwan": _("台湾居民来往大陆通行证"),
        "foreign_permanent_resident_id": _("外国人永久居留身份证"),
        "social_security_card": _("社会保障卡"),
        "driving_license": _("驾驶证"),
    }
    return words.get(kind, _("其他证件"))


@register.filter
def outcome_words(outcome: str) -> str:
    """What an officer may decide, as the form says it."""
    words = {
        "name_stays": _("就是这个主体，名称以登记在案的为准"),
        "new_name": _("就是这个主体，名称已经变更"),
        "correction": _("是对已存记录的更正"),
        "own_record": _("是另外一条记录"),
        "new_person": _("是还没有登记在案的另一个人"),
        "returned": _("退回报送单位"),
    }
    return words.get(str(outcome), str(outcome))


@register.filter
def outcome_effect(outcome: str) -> str:
    """What then happens."""
    words = {
        "name_stays": _("这一行作为该主体的记录存入，并注明来源文件和行号。"),
        "new_name": _("现用名称改为文件中的名称，原名称作为曾用名保留；这一行存入。"),
        "correction": _("在已存记录上增加一个版本；原版本保留，不再展示。"),
        "own_record": _("与已存记录并列存入，两条都保留。"),
        "new_person": _("按用来确定主体的证件登记一个新主体，这一行存到这个人名下；登记在案的人不变。"),
        "returned": _("不存入任何内容；报送单位会看到您写的理由。"),
    }
    return words.get(str(outcome), "")


@register.filter
def event_words(kind: str) -> str:
    """What happened to a record."""
    words = {
        "corrected": _("更正"),
        "changed": _("变更"),
        "withdrawn": _("撤回"),
        "annulled": _("撤销"),
        "objected": _("提出异议"),
        "objection_closed": _("异议办结"),
        "restored": _("信用修复"),
        "display_ended": _("终止公示"),
        "shielded": _("屏蔽"),
        "unshielded": _("取消屏蔽"),
        "link_undone": _("撤回关联"),
        "link_restored": _("恢复关联"),
    }
    return words.get(kind, kind)


@register.filter
def act_words(act: str) -> str:
    """The button of an act."""
    words = {
        "withdraw": _("登记撤回"),
        "annul": _("登记撤销"),
        "object": _("标注异议"),
        "close-objection": _("异议办结，取消标注"),
    }
    return words.get(act, act)


@register.filter
def act_effect(act: str) -> str:
    """What the act does."""
    words = {
        "withdraw": _("提交后，这条记录立即从公开页面、查询、接口和报告中消失。"),
        "annul": _("提交后，这条记录立即从公开页面、查询、接口和报告中消失，以后不能再办理其他事项。"),
        "object": _("提交后，凡展示这条记录的地方都标注“异议处理中”。"),
        "close-objection": _("提交后，标注取消。"),
    }
    return words.get(act, "")

"""The demonstration's accounts. Their passwords are public: they exist only where the city is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`role` at `unit`, or neither for the public.

    `represents`: positions of organizations in the city's list; `is_person`: the account holder's own position in the
    list of persons.
    """

    username: str
    password: str
    display_name: str
    tour: str
    role: str = ""
    unit: str = ""
    represents: tuple[int, ...] = ()
    is_person: int | None = None
    pages: tuple[str, ...] = ()


ACCOUNTS = (
    DemoAccount(
        "clerk",
        "demo-clerk-2026",
        "演示报送员",
        "报送行政处罚文件 / submit a file of penalties",
        role="clerk",
        pages=("/desk/", "/desk/intake/"),
        unit="market-regulator",
    ),
    DemoAccount(
        "officer",
        "demo-officer-2026",
        "演示信用专员",
        "处理存疑的行 / decide doubtful rows",
        role="credit_officer",
        pages=("/desk/", "/desk/queue/", "/desk/queue/?state=decided", "/desk/look-up/"),
        unit="credit-office",
    ),
    DemoAccount(
        "department",
        "demo-department-2026",
        "演示部门经办人",
        "查询主体档案，登记撤回和撤销 / look a subject up, report withdrawals and annulments",
        role="officer",
        unit="market-regulator",
        pages=("/desk/", "/desk/queue/", "/desk/look-up/"),
    ),
    DemoAccount(
        "secretary",
        "demo-secretary-2026",
        "演示秘书",
        "目录与清单 / catalog and lists",
        role="secretary",
        unit="development-reform",
    ),
    DemoAccount(
        "auditor",
        "demo-auditor-2026",
        "演示审计员",
        "查询日志 / query log",
        role="auditor",
        unit="credit-office",
        pages=("/desk/", "/desk/audit/", "/desk/audit/log/"),
    ),
    DemoAccount(
        "supervisor",
        "demo-supervisor-2026",
        "演示外部审计员",
        "办理对信用工作机构查询的反映 / reports about the credit office's readings",
        role="auditor",
        unit="development-reform",
        pages=("/desk/", "/desk/audit/"),
    ),
    DemoAccount(
        "administrator",
        "demo-administrator-2026",
        "演示系统管理员",
        "登记接口客户端 / draft a client of the interface",
        role="system_administrator",
        pages=("/desk/", "/desk/clients/new/"),
        unit="credit-office",
    ),
    DemoAccount(
        "security",
        "demo-security-2026",
        "演示安全管理员",
        "批准和终止接口客户端 / approve and end clients of the interface",
        role="security_administrator",
        pages=("/desk/",),
        unit="credit-office",
    ),
    DemoAccount(
        "company",
        "demo-company-2026",
        "演示企业代表",
        "本企业信用报告 / your organizations' own reports",
        represents=(0, 1),
        pages=("/my/",),
    ),
    DemoAccount(
        "person",
        "demo-person-2026",
        "演示自然人",
        "本人信用报告 / a natural person's own report",
        is_person=0,
        pages=("/my/",),
    ),
)

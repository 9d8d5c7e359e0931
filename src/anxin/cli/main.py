"""`./anxin COMMAND`: finds the command's module and runs it; imports nothing else, so that small commands are quick."""

from __future__ import annotations

import errno
import sys
from importlib import import_module

from anxin.cli.sentences import Sentence

# command: (module, what it does in Chinese, in English)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("anxin.cli.demo", "启动演示（数据库、网站、后台任务）", "start the demonstration city"),
    "test": ("anxin.cli.test", "运行全部测试", "run the whole suite"),
    "check": ("anxin.cli.check", "代码检查", "run the linters and type checks"),
    "setup": ("anxin.cli.setup", "只准备运行环境", "only prepare the environment"),
    "identify": (
        "anxin.cli.identify",
        "识别证件与代码（标准输入）",
        "identify numbers and codes from standard input",
    ),
    "deadline": ("anxin.cli.deadline", "计算期限", "compute a legal deadline"),
    "law": ("anxin.cli.law", "列出条款及其落实情况", "list the clauses and where each is carried out"),
    "intake": ("anxin.cli.intake", "报送文件", "take in a unit's file"),
    "verify-report": ("anxin.cli.verify_report", "离线验证报告", "verify a report offline"),
    "proof": (
        "anxin.cli.proof",
        "验证一个默克尔证明（标准输入）",
        "check one Merkle proof from standard input",
    ),
    "seal": ("anxin.cli.seal", "封存日志（生产）", "run the job that seals the log (production)"),
    "log-keys": ("anxin.cli.log_keys", "日志签名密钥", "the keys that sign the log"),
    "export-log": ("anxin.cli.export_log", "导出日志供离线核验", "export the log for checking offline"),
    "backup": ("anxin.cli.backup", "备份数据库", "back the database up, and check the copy"),
    "fsck": ("anxin.cli.fsck", "在运行的数据库上核对不变量", "re-check the invariants on a live database"),
    "witness": ("anxin.cli.witness", "运行日志见证", "run a witness of the log"),
    "verify": (
        "anxin.cli.verify",
        "离线验证日志、条目或者报告",
        "verify the log, an entry or a report offline",
    ),
    "signing-keys": ("anxin.cli.signing_keys", "报告签名密钥", "list, add or revoke keys that sign reports"),
    "migrate": ("anxin.cli.migrate", "迁移数据库并载入规则包", "migrate the database and load the law pack"),
    "serve": ("anxin.cli.serve", "运行网站（生产）", "run the website (production)"),
    "work": ("anxin.cli.work", "运行后台任务（生产）", "run the background worker (production)"),
    "manage": ("anxin.cli.manage", "Django 管理命令", "Django's management commands"),
    "messages": ("anxin.cli.messages", "提取并编译译文", "extract and compile the translations"),
    "lock": ("anxin.cli.lock", "重新锁定依赖", "recompile the dependency locks"),
    "bench": ("anxin.cli.bench", "基准测试", "run the benchmarks"),
}


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {zh} / {en}" for name, (_, zh, en) in COMMANDS.items()]
    return "用法 / usage: ./anxin COMMAND …\n" + "\n".join(lines)


def main(argv: list[str]) -> int:
    """Run one command; its exit code is ours. A `Sentence` ends any command with one clear line and code 2."""
    if not argv or argv[0] in {"help", "-h", "--help"}:
        print(_usage())
        return 0
    if argv[0] not in COMMANDS:
        print(f"没有这个命令 / no such command: {argv[0]}\n\n{_usage()}", file=sys.stderr)
        return 2
    try:
        return int(import_module(COMMANDS[argv[0]][0]).main(argv[1:]))
    except Sentence as sentence:
        print(sentence, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        print(
            "磁盘已满，请腾出空间后重试。\nThe disk is full: free some space and run this again.",
            file=sys.stderr,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

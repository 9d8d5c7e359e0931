"""`./anxin test [pytest's arguments]`: checks, then the whole suite on a throw-away server of the same kind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from anxin.cli import check
from anxin.cli.interrupts import Interrupts
from anxin.cli.postgres import Server

PATIENCE_SECONDS = 40.0


def main(argv: list[str]) -> int:
    """Exit code of the suite, or 1 where a check failed. Without arguments everything runs."""
    Interrupts()
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    _offer_browser()
    _compile_messages()
    checks_failed = check.main([]) if not argv else 0
    with tempfile.TemporaryDirectory(prefix="anxin-test-") as name:
        os.chmod(name, 0o711)
        given = os.environ.get("DATABASE_URL")
        server = None if given else Server(Path(name) / "server", durable=False)
        try:
            address = given or server.start()  # type: ignore[union-attr]
            environment = os.environ | {"DATABASE_URL": address, "ANXIN_DATA": f"{name}/files"}
            code = _suite([sys.executable, "-m", "pytest", *argv], root, environment)
        finally:
            if server is not None:
                server.stop()
    return code or checks_failed


def _suite(command: list[str], root: Path, environment: dict[str, str]) -> int:
    """Run pytest; when we are told to stop, let it put away what its fixtures started."""
    suite = subprocess.Popen(command, cwd=root, env=environment)
    try:
        return suite.wait()
    except KeyboardInterrupt:
        suite.send_signal(signal.SIGINT)
        try:
            suite.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            suite.kill()
            suite.wait()
        raise


def _offer_browser() -> None:
    """Install Debian's chromium where we may; otherwise say what will be skipped."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("正在安装 chromium / installing chromium …", file=sys.stderr, flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quiet)  # type: ignore[call-overload]
    if not shutil.which("chromium"):
        print(
            "没有 chromium，浏览器测试将被跳过 / no chromium here: the browser journeys will be skipped",
            file=sys.stderr,
        )


def _compile_messages() -> None:
    from anxin.cli import messages

    messages.compile_catalogs()

"""`./anxin demo [--once] [--port N] [--data DIR]`: the product with a small living city in it, on this machine."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from anxin.cli import messages, secret_files, tour
from anxin.cli.postgres import Server
from anxin.cli.sentences import Sentence

HOST = "127.0.0.1"
STAMP = "prepared"


def main(argv: list[str]) -> int:
    """Start everything and wait; with --once fetch the tour, print one JSON line, and stop with 0 or 1."""
    began = time.monotonic()
    arguments = _arguments(argv)
    folder = Path(arguments.data).resolve()
    _refuse_taken_port(arguments.port)
    signal.signal(signal.SIGTERM, _stop)
    with contextlib.ExitStack() as stack:
        environment = _environment(folder, arguments.port, stack)
        prepared = time.monotonic()
        _prepare(folder, environment)
        children = _start_children(arguments.port, environment, folder, stack)
        _wait_until_ready(arguments.port, children)
        ready = time.monotonic() - began
        if arguments.once:
            report = tour.walk(f"http://{HOST}:{arguments.port}")
            report["seconds_to_ready"] = round(ready, 2)
            report["seconds_to_prepare"] = round(time.monotonic() - prepared, 2)
            print(json.dumps(report, ensure_ascii=False))
            return 0 if report["ok"] else 1
        _greet(arguments.port, ready)
        return _watch(children)


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    parser = argparse.ArgumentParser(prog="./anxin demo")
    parser.add_argument("--once", action="store_true", help="走一遍导览后停止 / walk the tour once and stop")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", default=str(root / ".anxin" / "demo"), help="数据文件夹 / data folder")
    return parser.parse_args(argv)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Sentence(
                f"端口 {port} 已被占用。请用 --port 换一个。",
                f"Port {port} is taken. Choose another with --port.",
            ) from error


def _environment(folder: Path, port: int, stack: contextlib.ExitStack) -> dict[str, str]:
    given = os.environ.get("DATABASE_URL")
    if given:
        _refuse_old_server(given)
        address = given
        folder.mkdir(parents=True, exist_ok=True)
    else:
        server = Server(folder / "server")
        address = server.start()
        stack.callback(server.stop)
    _stop_orphans(folder)
    return {
        **os.environ,
        **secret_files.environment(folder / "private"),
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "anxin.config.settings",
        "ANXIN_ADDRESS": f"http://{HOST}:{port}",
        "ANXIN_POOL": "4",
    }


def _refuse_old_server(address: str) -> None:
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            number = connection.info.server_version
    except psycopg.OperationalError as error:
        raise Sentence(
            "DATABASE_URL 指的数据库连不上。请检查地址、账号与网络。",
            "The database that DATABASE_URL names cannot be reached. Check address, account and network.",
        ) from error
    if number < 160000:
        raise Sentence(
            f"DATABASE_URL 指的是 PostgreSQL {number // 10000},至少需要 16。",
            f"DATABASE_URL names PostgreSQL {number // 10000}; at least 16 is needed.",
        )


def _prepare(folder: Path, environment: dict[str, str]) -> None:
    """Migrate, load pack and city; nothing of it where the code and data that made the database are unchanged."""
    messages.compile_catalogs()
    stamp = folder / STAMP
    current = _fingerprint(environment["DATABASE_URL"])
    if stamp.exists() and stamp.read_text() == current:
        return
    for command in (["migrate", "--verbosity", "0"], ["load_pack"], ["load_demo_city"]):
        _manage(command, environment)
    stamp.write_text(current)


def _fingerprint(address: str) -> str:
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(address.encode())
    for pattern in ("*/migrations/*.py", "law/packs/**/*.yaml", "city/**/*.py"):
        for path in sorted(package.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _manage(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "django", *command], env=environment, check=False)
    if done.returncode:
        raise Sentence(
            f"准备数据库时停在:{command[0]}。见上面的信息。",
            f"Preparing the database stopped at {command[0]}: see above.",
        )


def _start_children(
    port: int, environment: dict[str, str], folder: Path, stack: contextlib.ExitStack
) -> list[subprocess.Popen[bytes]]:
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
        "anxin.config.wsgi:application",
    ]
    worker = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
    children = []
    for name, command in (("web", web), ("worker", worker)):
        log = stack.enter_context((folder / f"{name}.log").open("ab"))
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        stack.callback(_end, child)
        children.append(child)
    (folder / "children").write_text("\n".join(str(child.pid) for child in children))
    return children


def _end(child: subprocess.Popen[bytes]) -> None:
    for signum, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=patience)
            return


def _stop_orphans(folder: Path) -> None:
    """End web and worker of a supervisor that was killed; only processes that still are what we started."""
    noted = folder / "children"
    for number in noted.read_text().split() if noted.exists() else ():
        command = Path(f"/proc/{number}/cmdline")
        if command.exists() and any(
            word in command.read_bytes() for word in (b"anxin.config.wsgi", b"procrastinate")
        ):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(number), signal.SIGKILL)
    noted.unlink(missing_ok=True)


def _wait_until_ready(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            break
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise Sentence(
        "网站没有启动:见数据文件夹中的 web.log 和 worker.log。",
        "The website did not start: see web.log and worker.log in the data folder.",
    )


def _greet(port: int, seconds: float) -> None:
    print(f"\n鞍信已启动 / Anxin is running ({seconds:.1f} s)\n  http://{HOST}:{port}/\n")
    for line in tour.account_lines():
        print("  " + line)
    print("\nCtrl-C 停止 / stops everything\n", flush=True)


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    raise Sentence(
        "有一个进程意外停止:见数据文件夹中的日志。",
        "A process stopped unexpectedly: see the logs in the data folder.",
    )

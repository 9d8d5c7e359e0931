"""`./anxin demo [--once] [--port N] [--data DIR]`: the product with a small living city in it, on this machine."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from anxin.cli import database, local_witnesses, logins, messages, tour
from anxin.cli.children import WORKERS, Children, web_command, worker_command
from anxin.cli.interrupts import Interrupts
from anxin.cli.postgres import Server
from anxin.cli.postgres.trouble import sentence_for_error
from anxin.cli.sentences import Sentence
from anxin.law.platform import platform_of

HOST = "127.0.0.1"
WEB_WORKERS = 2
READY_WITHIN_SECONDS = 60.0


def main(argv: list[str]) -> int:
    """Start everything and wait; with --once fetch the tour, print one JSON line, and stop with 0 or 1."""
    began = time.monotonic()
    arguments = _arguments(argv)
    folder, address = Path(arguments.data).resolve(), f"http://{HOST}:{arguments.port}"
    interrupts = Interrupts()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_only_one(folder))
        children = Children(folder)
        with interrupts.held():
            children.end_orphans()
            _refuse_taken_port(arguments.port)
            environment = stack.enter_context(database.opened(folder))
        environment |= {"ANXIN_ADDRESS": address, "ANXIN_POOL": os.environ.get("ANXIN_POOL", "4")}
        messages.compile_catalogs()
        database.prepare(environment, city=True)
        prepared = time.monotonic() - began
        stack.callback(children.end_all)
        web, own = logins.for_web(environment, folder), logins.for_worker(environment, folder)
        children.start("web", web_command(HOST, arguments.port, WEB_WORKERS), web)
        for name, queues in WORKERS.items():
            children.start(name, worker_command(*queues), own)
        _wait_until_ready(address, children, folder)
        ready = time.monotonic() - began
        _start_sealing(children, folder, environment, own)
        if arguments.once:
            _wait_until_sealed(environment, children)
            return _report(tour.walk(address), prepared, ready)
        _greet(address, ready, Path(environment["ANXIN_DATA"]))
        return _watch(children, folder)


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    store = Path(os.environ.get("ANXIN_STORE", root / ".anxin"))
    parser = argparse.ArgumentParser(prog="./anxin demo")
    parser.add_argument("--once", action="store_true", help="走一遍导览后停止 / walk the tour once and stop")
    parser.add_argument("--port", type=int, default=8000, help="端口 / port")
    parser.add_argument("--data", default=str(store / "demo"), help="数据文件夹 / data folder")
    return parser.parse_args(argv)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "demo.lock").open("ab")
    except OSError as error:
        raise sentence_for_error(error, folder) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Sentence(
                f"{folder} 的演示已在运行。请先停止它，或用 --data 和 --port 另开一个。",
                f"A demonstration over {folder} is already running. Stop it, or start another with --data and --port.",
            ) from error
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise Sentence(
                f"端口 {port} 已被占用或不可用。请用 --port 换一个。",
                f"Port {port} is taken or cannot be used. Choose another with --port.",
            ) from error


def _wait_until_ready(address: str, children: Children, folder: Path) -> None:
    """Until the first page answers: whatever it says, the process behind it has loaded."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and children.all_alive():
        try:
            urlopen(address + "/", timeout=10).close()
            return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.02)
    raise Sentence(
        f"网站没有启动：见 {folder} 中的 web.log、worker.log 和 seal.log。",
        f"The website did not start: see web.log, worker.log and seal.log in {folder}.",
    )


def _start_sealing(
    children: Children, folder: Path, environment: dict[str, str], own: dict[str, str]
) -> None:
    """After the first page, which should not wait for it. At the end the job seals once more while the witnesses listen."""
    for name, command in local_witnesses.prepare(folder, environment).items():
        children.start(name, command, environment, turn=1)
    children.start("seal", local_witnesses.seal_command(), own)


def _wait_until_sealed(environment: dict[str, str], children: Children) -> None:
    """Until what was loaded is sealed: intake takes nothing in while the log is behind."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        while time.monotonic() < until and children.all_alive():
            row = connection.execute("SELECT audit_unwitnessed_since() IS NULL").fetchone()
            if row and row[0]:
                return
            time.sleep(0.1)


def _report(walked: dict[str, object], prepared: float, ready: float) -> int:
    timings = {"seconds_to_prepare": round(prepared, 2), "seconds_to_ready": round(ready, 2)}
    print(json.dumps({**timings, **walked}, ensure_ascii=False), flush=True)
    return 0 if walked["ok"] else 1


def _greet(address: str, seconds: float, files: Path) -> None:
    name = platform_of(os.environ.get("ANXIN_PACK", "anshan")).name
    print(f"\n{name.zh}已启动 / {name.en} is running ({seconds:.1f} s)\n\n  {address}/\n")
    for line in tour.account_lines():
        print("  " + line)
    print(f"\n供报送试用的文件 / files to hand in: {files / 'city' / 'tour'}")
    print("\nCtrl-C 停止 / stops everything", flush=True)


def _watch(children: Children, folder: Path) -> int:
    """Until a signal comes; a process that ends by itself, the database's too, ends the rest."""
    server = None if os.environ.get("DATABASE_URL") else Server(folder / "server")
    try:
        while children.all_alive() and (server is None or server.is_running()):
            time.sleep(0.3)
    except KeyboardInterrupt:
        print("\n正在停止 / stopping …", file=sys.stderr)
        return 0
    raise Sentence(
        f"有一个进程意外停止，其余已停下；再次启动会接着恢复。详见 {folder} 中的日志。",
        f"A process ended unexpectedly and the rest was stopped; starting again recovers. See the logs in {folder}.",
    )

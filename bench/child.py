"""One contender in a process of its own: `python -m bench.child module:function JSON`; the last line is its report."""

from __future__ import annotations

import json
import resource
import sys
from importlib import import_module
from pathlib import Path


def peak_mb() -> float:
    """Most memory that this process held at once, and the largest of its children on top of it, in MB.

    Not `ru_maxrss` where the system tells better: a started process inherits that mark from who started it.
    """
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 + below
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return own / 1024 + below


def main(argv: list[str]) -> int:
    """Call the function and print `{"answer", "peak_mb"}`."""
    module, _, function = argv[0].partition(":")
    answer = getattr(import_module(module), function)(**json.loads(argv[1]))
    print(json.dumps({"answer": answer, "peak_mb": peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

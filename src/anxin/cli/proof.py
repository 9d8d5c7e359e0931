"""`./anxin proof < CASE.json`: is this proof of inclusion or consistency valid?

Reads one test case in the form of the public Merkle test vectors (`anxin.audit.tree.proof_case`). Prints `valid` and ends
with 0, or `invalid: why` and ends with 1.
"""

from __future__ import annotations

import sys

from anxin.audit.tree.proof_case import LARGEST_CASE, check_case
from anxin.audit.tree.proofs import ProofInvalid
from anxin.cli.sentences import Sentence
from anxin.cli.text_lines import write_lines

USAGE = "用法 / usage: ./anxin proof < CASE.json  （leafIdx treeSize leafHash proof root | size1 size2 root1 root2 proof）"


def main(argv: list[str]) -> int:
    """Takes no arguments."""
    if argv in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if argv not in ([], ["-"]):
        raise Sentence(
            "proof 不接受参数，请从标准输入提供。",
            "proof takes no arguments: give the case on standard input.",
        )
    try:
        check_case(sys.stdin.buffer.read(LARGEST_CASE + 1))
    except ProofInvalid as error:
        write_lines([f"invalid: {error.why.en} / {error.why.zh}"])
        return 1
    write_lines(["valid"])
    return 0

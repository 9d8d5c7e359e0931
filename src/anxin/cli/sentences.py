"""How a command ends when the machine is not as it should be: one sentence in each language, no traceback."""

from __future__ import annotations


class Sentence(Exception):
    """What is wrong and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")

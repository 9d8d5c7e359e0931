"""What is wrong in a pack, with file and line: all of it at once, not only the first fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a pack file. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    what: Bilingual = field(compare=False)
    remedy: Bilingual = field(compare=False)

    def sentence(self, language: str) -> str:
        """`file:line: what is wrong: what to do`."""
        return (
            f"{self.file}:{self.line}: {self.what.in_language(language)}: {self.remedy.in_language(language)}"
        )


class PackError(Refusal):
    """A pack cannot be used. `problems` holds every fault found, in the order of files and lines."""

    code: ClassVar[str] = "E-PACK"
    message: ClassVar[Bilingual] = Bilingual(
        "规则包有 {count} 处错误：\n{listing}", "the pack has {count} faults:\n{listing}"
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "按各行提示修改后，再运行 ./anxin law --check。",
        "Correct each line as it says, then run ./anxin law --check again.",
    )

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(count=len(problems), listing=self._listing("en"))

    def _listing(self, language: str) -> str:
        return "\n".join(problem.sentence(language) for problem in self.problems)

    def explain(self, language: str) -> str:
        return self.message.format(count=len(self.problems), listing=self._listing(language)).in_language(
            language
        )


class Problems:
    """Collects faults while files are read, so that a person can mend them all in one go."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, file: str, line: int, what: Bilingual, remedy: Bilingual) -> None:
        """Note one fault; reading goes on."""
        self._found.append(Problem(file, line, what, remedy))

    @property
    def found(self) -> tuple[Problem, ...]:
        """Every fault noted so far, sorted by file and line."""
        return tuple(sorted(self._found))

    def raise_if_any(self) -> None:
        """Raise one `PackError` that carries all faults; do nothing where there is none."""
        if self._found:
            raise PackError(self.found)

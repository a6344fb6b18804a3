"""docs/asvs.md: where each requirement of OWASP ASVS at Level 2 is met. Run as a module, this writes it.

What it says is docs/asvs.yaml, which is written by hand.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "docs" / "asvs.yaml"
DOCUMENT = ROOT / "docs" / "asvs.md"
MET = {"yes": "met", "in_part": "in part", "operator": "operator's", "not_used": "not used"}
HEADING = """\
# OWASP ASVS

Made from `docs/asvs.yaml` by `make contracts`; do not edit by hand. It takes each requirement of {standard}
{version} at Level {level} (levels 1 and 2) by its number, in a few words of our own, and says where it is met
and which test shows it.

- **met**: by the hub itself.
- **in part**: what falls short is said.
- **operator's**: by whoever runs the hub; the document named tells them what to do, mostly
  [what the platform has to do](runbooks/platform.md).
- **not used**: there is no such thing here.
"""


@dataclass(frozen=True)
class Requirement:
    """One requirement: its number, what it is about, whether and how it is met, and what shows it."""

    id: str
    level: int
    about: str
    met: str
    how: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the standard, with its requirements of levels 1 and 2."""

    number: int
    name: str
    rows: tuple[Requirement, ...]


def load() -> tuple[dict[str, Any], list[Chapter]]:
    """The head of the file, and its chapters."""
    said = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return said, [
        Chapter(
            one["number"],
            one["name"],
            tuple(Requirement(**{**row, "tests": tuple(row.get("tests", ()))}) for row in one["rows"]),
        )
        for one in said.pop("chapters")
    ]


def document() -> str:
    """The document as it is to be."""
    said, chapters = load()
    parts = [HEADING.format(**said), _counts(chapters)]
    for chapter in chapters:
        rows = [
            f"| {row.id} | {row.level} | {row.about} | {MET[row.met]} | {row.how}{_tests(row.tests)} |"
            for row in chapter.rows
        ]
        head = ["| # | level | about | | how, and what shows it |", "|---|---|---|---|---|"]
        parts.append("\n".join([f"## {chapter.number}. {chapter.name}\n", *head, *rows, ""]))
    return "\n".join(parts)


def _counts(chapters: Iterable[Chapter]) -> str:
    head = f"| chapter | {' | '.join(MET.values())} | all |\n|---|{'---|' * (len(MET) + 1)}"
    lines, whole = [head], Counter[str]()
    for chapter in chapters:
        counted = Counter(row.met for row in chapter.rows)
        whole += counted
        lines.append(_line(f"{chapter.number}. {chapter.name}", counted))
    return "\n".join([*lines, _line("**all**", whole), ""])


def _line(name: str, counted: Counter[str]) -> str:
    return f"| {name} | {' | '.join(str(counted[met]) for met in MET)} | {counted.total()} |"


def _tests(tests: Iterable[str]) -> str:
    """Each test by its own name, with a link to its file."""
    links = []
    for test in tests:
        path, _, inner = test.partition("::")
        shown = inner.replace("::", ".") or path.removeprefix("tests/")
        links.append(f"[{shown}](../{path})")
    return f"<br>{', '.join(links)}" if links else ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"wrote {DOCUMENT.relative_to(ROOT)}")

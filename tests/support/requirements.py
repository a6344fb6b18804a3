"""The rows of docs/requirements.yaml, and the tests that say they show one.

The tests are read, not run or imported, so that the answer takes a second and a broken import cannot
hide a row. A row that says what is `not_yet` there is shown in part at most. Run as a module, this prints
every row, whether a test shows it, and which.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    id: str
    group: str
    partnerships: tuple[str, ...]
    source: str
    text: str
    not_yet: str | None = None


@dataclass(frozen=True)
class Shown:
    """One test (or a whole file, where the mark stands on the module) that names one row."""

    row: str
    test: str


class UnreadableMark(Exception):
    """A mark that is not given as plain words, which reading the source cannot follow."""


def load_rows(path: Path = ROOT / "docs" / "requirements.yaml") -> dict[str, Row]:
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {id: _row(id, group, fields) for group, rows in groups.items() for id, fields in rows.items()}


def _row(id: str, group: str, fields: dict[str, str | list[str]]) -> Row:
    who = fields["for"]
    partnerships = tuple(who) if isinstance(who, list) else (who,)
    return Row(id, group, partnerships, str(fields["source"]), str(fields["text"]), _not_yet(fields))


def _not_yet(fields: dict[str, str | list[str]]) -> str | None:
    return str(fields["not_yet"]) if "not_yet" in fields else None


def find_shown(tests: Path = ROOT / "tests") -> dict[str, list[str]]:
    """The tests that show each row, by the row's id, in the order of the files."""
    shown: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for found in _marks(tree, str(path.relative_to(tests.parent))):
            shown[found.row].append(found.test)
    return dict(shown)


def _marks(node: ast.AST, place: str) -> Iterator[Shown]:
    """Every mark below `node`; a mark in a decorator belongs to what it decorates."""
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{place}::{child.name}"
        if isinstance(child, ast.Call) and ast.unparse(child.func).endswith("mark.requirement"):
            yield from (Shown(_literal(argument, place), place) for argument in child.args)
        yield from _marks(child, inner)


def _literal(argument: ast.expr, place: str) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise UnreadableMark(f"{place}:{argument.lineno} names a requirement by an expression; write its id out.")


def report(rows: Sequence[Row], shown: Mapping[str, Sequence[str]]) -> str:
    lines: list[str] = []
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines += ["", group]
        lines += _lines(row, shown.get(row.id, ()))
    return "\n".join([*lines, "", _total(rows, shown)])


def _lines(row: Row, tests: Sequence[str]) -> list[str]:
    state = ("part" if row.not_yet else "shown") if tests else "  -"
    row_line = f"  {row.id:<8}{state:<7}{','.join(row.partnerships):<12}{row.text}"
    missing = [f"{' ' * 17}not yet: {row.not_yet}"] if row.not_yet else []
    return [row_line, *missing, *(f"{' ' * 17}{test}" for test in tests)]


def _total(rows: Sequence[Row], shown: Mapping[str, Sequence[str]]) -> str:
    tests = {test for row in rows for test in shown.get(row.id, ())}
    in_part = sum(row.id in shown and row.not_yet is not None for row in rows)
    whole = sum(row.id in shown for row in rows) - in_part
    return f"{whole} of {len(rows)} requirements are shown and {in_part} in part, by {len(tests)} tests."


if __name__ == "__main__":
    print(report(list(load_rows().values()), find_shown()))

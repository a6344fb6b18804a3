"""Every query by which a person reaches a case goes through the one question who may know of it."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from support.architecture import source
from support.deployment import package_of

SCOPED = ("intake", "screening", "enquiry", "notifications")
# The tables by whose rows a person finds a case; what hangs on them is reached from there.
ROOTS = {
    "intake": {"contact", "message", "mention"},
    "screening": {"screening", "disagreement"},
    "enquiry": {"enquiry", "contact_heard", "agenda_item", "meeting_action", "audited_case"},
    "notifications": {"notification", "task"},
}
READS = {"select", "exists", "count"}
SCOPE = {"may_know", "holds_nothing_hidden", "_in_scope"}
# What reads a case without asking who may know of it, each with why nobody reaches one by it.
OFFICERS = "the data protection officer's, who reads ids alone"
NIGHT = "the night's own work: nobody reads what it finds"
COMPARED = "the service compares people by itself, and nobody reads what it finds but through `known`"
TAKEN_IN = "a message that is being taken in, or was found in scope"
HELD = "an event or a timer holds it, and nobody reads it"
GIVEN = "its callers give the condition"
UNSCOPED = {
    "intake.access.list_references": OFFICERS,
    "intake.access.list_restricted": OFFICERS,
    "intake.contacts._get": GIVEN,
    "intake.contacts.find_documents": "the service compares the two contacts of an allegation",
    "intake.contacts.get_any_contact": "for whoever says for whom it is open, and an emergency; ids alone",
    "intake.contacts.list_sent": "the caller's own, as a referrer, without words",
    "intake.contacts.list_from_message": "reached from a message that is in scope with all of its contacts",
    "intake.endings._challenged": NIGHT,
    "intake.endings._has_younger": NIGHT,
    "intake.endings._held": NIGHT,
    "intake.endings._with_contact": NIGHT,
    "intake.endings.list_due": NIGHT,
    "intake.endings.list_ending": OFFICERS,
    "intake.erasing.delete_contact": NIGHT,
    "intake.erasing.list_old_messages": NIGHT,
    "intake.erasing.lock_set_aside": NIGHT,
    "intake.holds.get_to_hold": OFFICERS,
    "intake.holds.list_holds": OFFICERS,
    "intake.match_keys.count_earlier": "a number of earlier contacts, which a child's safety needs whole",
    "intake.messages._raw": GIVEN,
    "intake.messages._same_identity": TAKEN_IN,
    "intake.messages.get_for_handling": TAKEN_IN,
    "intake.own_family.marked_own": "ids that go into an event and nowhere else",
    "intake.people._delete": COMPARED,
    "intake.people.find_contact": COMPARED,
    "intake.people.keep_mentions": COMPARED,
    "intake.people.list_joined_contacts": COMPARED,
    "intake.people.list_near": COMPARED,
    "intake.people.list_together": COMPARED,
    "intake.people.open_documents": COMPARED,
    "intake.subject_access.get_message": "what the data protection officer prepares for who asks",
    "screening.disagreements._find": GIVEN,
    "screening.screenings.find_for_event": HELD,
    "enquiry.agenda_items._known": GIVEN,
    "enquiry.agenda_items.by_any_name": GIVEN,
    "enquiry.agenda_items.list_standing": GIVEN,
    "enquiry.agenda_items.list_waiting": "what a meeting leaves to the next one, whoever may know of it",
    "enquiry.enquiries._find": HELD,
    "enquiry.enquiries.find_by_request": HELD,
    "enquiry.erasing.list_told": NIGHT,
    "enquiry.witnesses.list_asked": HELD,
    "notifications.notifications._find": GIVEN,
    "notifications.notifications.has_been_told": HELD,
    "notifications.notifications.supersede_where": HELD,
    "notifications.tasks._select": GIVEN,
    "notifications.tasks.was_raised": HELD,
}


def functions(service: str) -> Iterator[tuple[str, ModuleType, ast.AsyncFunctionDef | ast.FunctionDef]]:
    for path in sorted((source(service) / "store").glob("*.py")):
        if path.stem in ("__init__", "tables"):
            continue
        module = importlib.import_module(f"{package_of(service)}.store.{path.stem}")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                yield f"{package_of(service)}.{Path(path).stem}.{node.name}", module, node


def names(node: ast.AST) -> set[str]:
    """Every name that a function uses, by itself or behind a dot."""
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return used | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def reads_root(service: str, module: ModuleType, node: ast.AST) -> bool:
    """Whether a function reads a table by which a case is found, under whatever name it was imported."""
    tables = (vars(module).get(name) for name in names(node))
    roots = {table.name for table in tables if isinstance(table, sa.Table)} & ROOTS[service]
    return bool(roots and READS & names(node))


@pytest.mark.requirement("SEAL-07")
@pytest.mark.parametrize("service", SCOPED)
class TestEveryQuery:
    def test_asks_who_may_know(self, service: str) -> None:
        open_to_all = [
            name
            for name, module, node in functions(service)
            if reads_root(service, module, node) and not SCOPE & names(node) and name not in UNSCOPED
        ]
        assert not open_to_all, (
            f"{open_to_all} read cases and ask nobody. Add `mash.access.cases.may_know` to the query, or say "
            "in UNSCOPED above why nobody reaches a case by it that they may not know of."
        )

    def test_is_on_the_list_only_if_it_must_be(self, service: str) -> None:
        unasked = {
            name
            for name, module, node in functions(service)
            if reads_root(service, module, node) and not SCOPE & names(node)
        }
        listed = {name for name in UNSCOPED if name.startswith(f"{package_of(service)}.")}
        assert listed <= unasked, f"{sorted(listed - unasked)} ask, or are gone: take them off the list."

    def test_finds_queries_at_all(self, service: str) -> None:
        found = [
            name
            for name, module, node in functions(service)
            if reads_root(service, module, node) and SCOPE & names(node)
        ]
        assert found

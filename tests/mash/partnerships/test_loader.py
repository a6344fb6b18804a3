"""A partnership is its files: another needs no code, and a faulty file is refused where it is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mash.errors import NotFound
from mash.partnerships import PartnershipFault, UnknownPartnership, UnknownThresholds, get, load
from mash.partnerships.cli import app, check
from mash.partnerships.loader import FOLDER, read_folder
from typer.testing import CliRunner

PERIOD = (
    "own: {title: Own, decisions: [lado], years: 3, counts_from: closing, reading: Ours., source: HAV Cover}"
)
NEWER = 'version: "2030-01"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "havering", tmp_path / "havering"))


@pytest.fixture
def medway(tmp_path: Path) -> Path:
    """A partnership whose threshold document stands on no other."""
    return Path(shutil.copytree(FOLDER / "medway", tmp_path / "medway"))


def replace(path: Path, old: str, new: str) -> int:
    """Changes the first `old`, and gives its line."""
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_all_partnerships_are_loaded_once() -> None:
    assert "havering" in load()
    assert load() is load()
    assert get("havering") is load()["havering"]


def test_an_unknown_partnership_is_not_found() -> None:
    with pytest.raises(UnknownPartnership) as refusal:
        get("nowhere")
    assert isinstance(refusal.value, NotFound)
    assert "nowhere" not in refusal.value.message


def test_importing_reads_no_file() -> None:
    source = "import mash.partnerships.loader as loader; print(loader.load.cache_info().currsize)"
    shown = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "0"


@pytest.mark.requirement("GOV-01")
def test_another_partnership_needs_only_files(folder: Path) -> None:
    other = folder.rename(folder.parent / "elsewhere")
    replace(other / "profile.yaml", "name: havering", "name: elsewhere")
    replace(
        other / "profile.yaml",
        'friday: [["09:00", "17:00"]]',
        'friday: [["08:30", "12:00"], ["13:00", "16:00"]]',
    )
    replace(other / "profile.yaml", "target: 72h", "target: 24h")
    elsewhere = read_folder(other)
    assert elsewhere.name == "elsewhere"
    assert elsewhere.hours.days["friday"] == (("08:30", "12:00"), ("13:00", "16:00"))
    assert elsewhere.due_rules["enquiry.green"].target == "24h"


@pytest.mark.requirement("GOV-01")
@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("profile.yaml", "code: HAV", "code: havering", "code is not in the form"),
        ("profile.yaml", "code: HAV", "", "code is missing"),
        (
            "profile.yaml",
            'monday: [["09:00", "17:00"',
            'monday: [["09:00", 17',
            "must be text; put it in quotes",
        ),
        (
            "profile.yaml",
            'tuesday: [["09:00", "17:00"]]',
            'tuesday: [["17:00", "09:00"]]',
            "tuesday: the opening hours do not run forwards",
        ),
        ("profile.yaml", "    clock: elapsed", "    clock: sundial", "must be 'elapsed' or 'working'"),
        ("profile.yaml", "    target: 4h", "    target: soon", "enquiry.red.target is not in the form"),
        (
            "profile.yaml",
            "  enquiry.red:\n    target: 4h",
            "  enquiry.red:\n    target: 5wd",
            "on the working clock only",
        ),
        ("profile.yaml", "  kind: Multi", "  moat: deep\n  kind: Multi", "moat is not a key"),
        ("profile.yaml", "    rating: amber", "    rating: purple", "no rating called purple"),
        (
            "profile.yaml",
            "    due: enquiry.red",
            "    due: enquiry.purple",
            "no due rule called enquiry.purple",
        ),
        ("profile.yaml", "  fast_track:", "  slow_track:", "no pathway called slow_track"),
        (
            "profile.yaml",
            "  source: HAV Managing the MASH",
            "  source: XYZ Some page",
            "no document that the profile lists",
        ),
        ("profile.yaml", 'current_thresholds: "2023-06"', 'current_thresholds: "1999-01"', "no such version"),
        ("profile.yaml", "name: havering", "name: barking", "the folder is havering"),
        (
            "criteria.yaml",
            "    rule: {concern: gangs}",
            "    rule: {concern: geese}",
            "no concern called geese",
        ),
        ("criteria.yaml", "id: hav.criterion.02", "id: hav.criterion.01", "hav.criterion.01 is given twice"),
        ("criteria.yaml", "needs_rationale: true", "needs_rationale: false", "has no rule"),
        ("questions.yaml", "    probation:", "    brewery:", "no agency called brewery"),
        ("questions.yaml", "  neglect:", "  weather:", "no concern called weather"),
        ("profile.yaml", "    pathway: fast_track", "    pathway: lane", "no pathway called lane"),
        ("profile.yaml", "    due: escalation.team", "    due: never", "no due rule called never"),
        ("profile.yaml", "    may_make: 4", "    may_make: 7", "there is no level 7"),
        ("services.yaml", "levels: [2]", "levels: [8]", "there is no level 8"),
        (
            "services.yaml",
            "outcomes: [early_help",
            "outcomes: [a_wish",
            "no outcome or pathway called a_wish",
        ),
        ("thresholds/2023-06.yaml", "base: london", "base: paris", "there is no base called paris"),
        ("profile.yaml", "retention:", f"retention:\n  rules: {{{PERIOD}}}", "lado is kept by 2 rules"),
        (
            "profile.yaml",
            "retention:",
            f"retention:\n  rules: {{{PERIOD.replace('lado', 'enquiry')}}}",
            "no case ends with enquiry",
        ),
    ],
)
def test_a_faulty_file_is_refused_by_line_and_reason(
    folder: Path, file: str, old: str, new: str, reason: str
) -> None:
    changed = replace(folder / file, old, new)
    with pytest.raises(PartnershipFault) as refusal:
        read_folder(folder)
    line = 1 if "is missing" in reason else changed
    assert [
        fault
        for fault in refusal.value.faults
        if fault.startswith(f"{folder / file}, line {line}: ") and reason in fault
    ]


@pytest.mark.requirement("GOV-01")
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("        level: 2", "        level: two", "level must be a whole number"),
        ("valid_from: 2021-03-01", "valid_from: last spring", "must be a date such as 2023-06-01"),
        ("child_development.2.02", "child_development.2.01", "med.child_development.2.01 is given twice"),
        (
            "med.child_development.3.01",
            "med.child_development.2.99",
            "med.child_development.2.99 stands under child_development, level 3",
        ),
        ("        rating: red", "        rating: purple", "there is no rating called purple"),
        ("{fact: attendance_percent", "{fact: shoe_size", "there is no fact called shoe_size"),
        ("        about: child", "        about: teacher", "about must be"),
    ],
)
def test_a_faulty_threshold_document_is_refused_by_line_and_reason(
    medway: Path, old: str, new: str, reason: str
) -> None:
    file = medway / "thresholds/2021-03.yaml"
    line = replace(file, old, new)
    with pytest.raises(PartnershipFault) as refusal:
        read_folder(medway)
    assert [fault for fault in refusal.value.faults if reason in fault]
    assert any(fault.startswith(f"{file}, line {line}: ") for fault in refusal.value.faults)


@pytest.mark.requirement("GOV-01")
def test_a_key_given_twice_is_refused(folder: Path) -> None:
    line = replace(folder / "profile.yaml", "code: HAV", "code: HAV\ncode: XXX") + 1
    with pytest.raises(PartnershipFault, match=f"profile.yaml, line {line}: code is given twice"):
        read_folder(folder)


@pytest.mark.requirement("GOV-01")
def test_a_file_that_is_not_yaml_is_refused(folder: Path) -> None:
    line = replace(folder / "criteria.yaml", "rule: {concern: gangs}", "rule: {concern: gangs")
    with pytest.raises(PartnershipFault, match=r"criteria.yaml, line \d+: ") as refusal:
        read_folder(folder)
    assert int(refusal.value.faults[0].split(", line ")[1].split(":")[0]) >= line


def test_a_file_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "questions.yaml").unlink()
    with pytest.raises(PartnershipFault, match=r"questions\.yaml, line 1: cannot be read"):
        read_folder(folder)


@pytest.mark.requirement("GOV-03")
def test_an_older_threshold_document_stays_readable(medway: Path) -> None:
    older = medway / "thresholds/2021-03.yaml"
    newer = medway / "thresholds/2030-01.yaml"
    text = older.read_text().replace('version: "2021-03"', NEWER, 1)
    newer.write_text(text.replace("Grows and learns as expected", "Thrives", 1))
    replace(older, "status: current", "status: superseded")
    replace(medway / "profile.yaml", 'current_thresholds: "2021-03"', 'current_thresholds: "2030-01"')
    partnership = read_folder(medway)
    wording = {
        version: partnership.thresholds(version).indicators["med.child_development.1.02"].text
        for version in (None, "2021-03")
    }
    assert wording[None].startswith("Thrives")
    assert wording["2021-03"].startswith("Grows and learns as expected")


@pytest.mark.requirement("GOV-03")
def test_a_version_that_never_was_is_not_found() -> None:
    with pytest.raises(UnknownThresholds, match="no threshold document of version 1999-01"):
        get("havering").thresholds("1999-01")


def test_checking_names_every_folders_faults(folder: Path) -> None:
    assert check([folder]) == []
    replace(folder / "profile.yaml", "    rating: amber", "    rating: purple")
    assert len(check([folder / "profile.yaml", folder / "thresholds/2023-06.yaml"])) == 1


@pytest.mark.requirement("GOV-01")
def test_the_command_refuses_a_faulty_file(folder: Path) -> None:
    assert CliRunner().invoke(app, ["check"]).exit_code == os.EX_OK
    line = replace(folder / "profile.yaml", "    rating: amber", "    rating: purple")
    shown = CliRunner().invoke(app, ["check", str(folder)])
    assert shown.exit_code == 1
    assert f"profile.yaml, line {line}: there is no rating called purple" in shown.output


def test_the_command_shows_a_partnership() -> None:
    shown = CliRunner().invoke(app, ["show", "havering"])
    assert shown.exit_code == os.EX_OK
    assert "enquiry.red: 4h" in shown.output
    assert CliRunner().invoke(app, ["show", "nowhere"]).exit_code == 1

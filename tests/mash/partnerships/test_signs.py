"""Signs are shared by all partnerships: what names one that there is not is refused where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mash.partnerships import PartnershipFault
from mash.partnerships.loader import FOLDER, SHARED, read_folder
from mash.partnerships.signs import read_signs

THEME = """\
title: Weather
signs:
  rain:
    text: Rain is told of
    usual_level: 2
    about: any
    phrases: [heavy rain]
"""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    for name in ("signs", "phrases"):
        (tmp_path / name).mkdir()
    (tmp_path / "signs/weather.yaml").write_text(THEME)
    return tmp_path


def test_more_wordings_are_added_to_a_sign(shared: Path) -> None:
    (shared / "phrases/weather.yaml").write_text("phrases:\n  rain: [pouring down]\n")
    assert read_signs(shared)["weather.rain"].phrases == ("heavy rain", "pouring down")


@pytest.mark.requirement("GOV-01")
def test_wordings_for_a_sign_that_is_not_there_are_refused(shared: Path) -> None:
    file = shared / "phrases/weather.yaml"
    file.write_text("phrases:\n  rain: [pouring down]\n  snow: [deep snow]\n")
    with pytest.raises(PartnershipFault) as refusal:
        read_signs(shared)
    assert refusal.value.faults == [f"{file}, line 3: there is no sign called weather.snow"]


@pytest.mark.requirement("GOV-01")
@pytest.mark.parametrize(
    "named", ["when_past: weather.snow", "explains: [weather.snow]", "made_of: [[weather.snow]]"]
)
def test_a_sign_that_names_one_that_is_not_there_is_refused(shared: Path, named: str) -> None:
    file = shared / "signs/weather.yaml"
    file.write_text(f"{THEME}    {named}\n")
    with pytest.raises(PartnershipFault) as refusal:
        read_signs(shared)
    line = THEME.count("\n") + 1
    assert refusal.value.faults == [f"{file}, line {line}: there is no sign called weather.snow"]


@pytest.mark.requirement("GOV-01")
def test_an_indicator_that_names_a_sign_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / "medway", tmp_path / "medway"))
    file = folder / "thresholds/2021-03.yaml"
    text = file.read_text()
    file.write_text(text.replace("signs: [", "signs: [weather.snow, ", 1))
    with pytest.raises(PartnershipFault) as refusal:
        read_folder(folder)
    line = text[: text.index("signs: [")].count("\n") + 1
    assert refusal.value.faults == [f"{file}, line {line}: there is no sign called weather.snow"]


def test_the_shared_folder_has_no_fault() -> None:
    assert read_signs(SHARED)

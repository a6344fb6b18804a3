"""Reads the partnerships' folders: `load()` all that come with the hub, `get(name)` one of them.

A folder holds profile.yaml, criteria.yaml, questions.yaml, services.yaml, thresholds/<version>.yaml and,
where the partnership has one, reference.yaml. The folder `shared` holds what is the same for all. Nothing is
read when this module is imported; what was read is kept for the life of the process.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml
from pydantic import ValidationError

from mash.errors import NotFound
from mash.partnerships.agreement import Files, disagreements
from mash.partnerships.data import Data
from mash.partnerships.directory import ReferenceFile, ServicesFile
from mash.partnerships.documents import nodes, parse
from mash.partnerships.faults import PartnershipFault, describe, fault, line_of
from mash.partnerships.models import Partnership, Profile, QuestionFile
from mash.partnerships.national import NationalFile
from mash.partnerships.signs import signs
from mash.partnerships.thresholds import BaseFile, CriteriaFile, ThresholdFile
from mash.partnerships.tools import ToolFile

FOLDER = Path(__file__).parent
SHARED = FOLDER / "shared"
File = TypeVar("File", bound=Data)


class UnknownPartnership(NotFound):
    """No partnership goes by this name."""


def names() -> list[str]:
    """The partnerships that come with the hub, none of them read."""
    return sorted(path.parent.name for path in FOLDER.glob("*/profile.yaml"))


@cache
def load() -> Mapping[str, Partnership]:
    """Every partnership by name. Raises `PartnershipFault` when a file cannot be used."""
    return MappingProxyType({name: read_folder(FOLDER / name) for name in names()})


def require_served(served: Iterable[str]) -> None:
    """Refuse to start a service on data that it cannot use.

    Raises `PartnershipFault` with each file, line and reason, and `UnknownPartnership` with the names that no
    folder has.
    """
    if unknown := sorted(set(served) - load().keys()):
        known = ", ".join(load())
        raise UnknownPartnership(f"There is no partnership called {', '.join(unknown)}. There are: {known}.")


def get(name: str) -> Partnership:
    partnerships = load()
    if name not in partnerships:
        raise UnknownPartnership("There is no partnership of that name.")
    return partnerships[name]


def read_folder(folder: Path) -> Partnership:
    """One partnership from its folder, its files checked each by itself and then against each other."""
    thresholds = {
        path.stem: read_file(path, ThresholdFile) for path in sorted(folder.glob("thresholds/*.yaml"))
    }
    reference = folder / "reference.yaml"
    files = Files(
        profile=read_file(folder / "profile.yaml", Profile),
        criteria=read_file(folder / "criteria.yaml", CriteriaFile),
        questions=read_file(folder / "questions.yaml", QuestionFile),
        services=read_file(folder / "services.yaml", ServicesFile),
        reference=read_file(reference, ReferenceFile) if reference.exists() else ReferenceFile(references={}),
        thresholds=thresholds,
        tools={path.stem: read_file(path, ToolFile) for path in sorted(folder.glob("tools/*.yaml"))},
        national=national(),
        bases={
            file.base: base(file.base) for file in thresholds.values() if file.base and is_base(file.base)
        },
        signs=signs(),
    )
    if found := disagreements(folder, files):
        raise PartnershipFault(found)
    return Partnership(
        **dict(files.profile),
        criteria=files.criteria.criteria,
        services=files.services.services,
        references=files.reference.references,
        source_codes=files.national.source_codes,
        flags=files.national.flags,
        question_sets=files.questions.question_sets,
        versions=files.whole_thresholds,
        tools={stem: file.tool(stem) for stem, file in files.tools.items()},
        kept_for=files.kept_for,
    )


@cache
def national() -> NationalFile:
    """What holds for every partnership. Raises `PartnershipFault`."""
    return read_file(SHARED / "national.yaml", NationalFile)


@cache
def base(name: str) -> BaseFile:
    """A matrix that several partnerships share. Raises `PartnershipFault`."""
    path = SHARED / f"{name}.yaml"
    file = read_file(path, BaseFile)
    faults = [
        (("domains", key, "indicators", number, "signs"), f"there is no sign called {sign}")
        for key, domain in file.domains.items()
        for number, entry in enumerate(domain.indicators)
        for sign in entry.signs
        if sign not in signs()
    ]
    if faults:
        root = nodes(path.read_text(encoding="utf-8"))
        raise PartnershipFault([fault(path, line_of(root, steps), reason) for steps, reason in faults])
    return file


def is_base(name: str) -> bool:
    return (SHARED / f"{name}.yaml").exists()


def read_file(path: Path, model: type[File]) -> File:
    """A file as a record. Raises `PartnershipFault`, naming the file, the line and the reason."""
    try:
        text = path.read_text(encoding="utf-8")
        return model.model_validate(parse(text))
    except ValidationError as error:
        raise PartnershipFault(describe(path, text, error)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PartnershipFault([fault(path, line, error.problem or "cannot be read as YAML")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PartnershipFault([fault(path, 1, f"cannot be read ({type(error).__name__})")]) from None

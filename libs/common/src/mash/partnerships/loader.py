"""Reads the partnerships' folders: `load()` all that come with the hub, `get(name)` one of them.

A folder holds profile.yaml, criteria.yaml, questions.yaml and thresholds/<version>.yaml. Nothing is read when
this module is imported; what was read is kept for the life of the process.
"""

from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from mash.errors import NotFound
from mash.partnerships.agreement import disagreements
from mash.partnerships.data import Data
from mash.partnerships.faults import PartnershipFault, describe, fault
from mash.partnerships.models import Partnership, Profile, QuestionFile
from mash.partnerships.thresholds import CriteriaFile, ThresholdFile, Thresholds

FOLDER = Path(__file__).parent
File = TypeVar("File", bound=Data)
_Fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnknownPartnership(NotFound):
    """No partnership goes by this name."""


class _Loader(_Fastest):  # type: ignore[misc]
    """Refuses a key that is given twice, of which YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for number, (key, _) in enumerate(node.value):
            if key.value in keys[:number]:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is given twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


@cache
def load() -> Mapping[str, Partnership]:
    """Every partnership by name. Raises `PartnershipFault` when a file cannot be used."""
    folders = sorted(path.parent for path in FOLDER.glob("*/profile.yaml"))
    return MappingProxyType({folder.name: read_folder(folder) for folder in folders})


def get(name: str) -> Partnership:
    partnerships = load()
    if name not in partnerships:
        raise UnknownPartnership("There is no partnership of that name.")
    return partnerships[name]


def read_folder(folder: Path) -> Partnership:
    """One partnership from its folder, its files checked each by itself and then against each other."""
    profile = read_file(folder / "profile.yaml", Profile)
    criteria = read_file(folder / "criteria.yaml", CriteriaFile).criteria
    questions = read_file(folder / "questions.yaml", QuestionFile).question_sets
    partnership = Partnership(
        **dict(profile), criteria=criteria, question_sets=questions, versions=_versions(folder)
    )
    if found := disagreements(folder, partnership):
        raise PartnershipFault(found)
    return partnership


def read_file(path: Path, model: type[File]) -> File:
    """A file as a record. Raises `PartnershipFault`, naming the file, the line and the reason."""
    try:
        text = path.read_text(encoding="utf-8")
        return model.model_validate(yaml.load(text, Loader=_Loader))  # noqa: S506, it is the safe loader
    except ValidationError as error:
        raise PartnershipFault(describe(path, text, error)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PartnershipFault([fault(path, line, error.problem or "cannot be read as YAML")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PartnershipFault([fault(path, 1, f"cannot be read ({type(error).__name__})")]) from None


def _versions(folder: Path) -> dict[str, Thresholds]:
    files = sorted((folder / "thresholds").glob("*.yaml"))
    return {path.stem: read_file(path, ThresholdFile).thresholds() for path in files}

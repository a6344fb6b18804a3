"""What holds for every partnership: the national source codes, and the flags that facts raise."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from mash.partnerships.data import Data, Identifier, Source, Words
from mash.partnerships.retention import KeptFor
from mash.partnerships.rules import Rule


class Document(Data):
    """A document that facts come from; the first word of every `source` is its key."""

    title: Words
    publisher: Words
    dated: Words


class SourceCode(Data):
    """The national code of who is calling; `assumption` says why where the guide does not settle it."""

    code: Annotated[str, StringConstraints(pattern=r"^(1[A-D]|2[AB]|3[A-F]|4|5[A-C]|[6-9]|10)$")]
    title: Words
    assumption: Words | None = None
    source: Source


class NationalFlag(Data):
    """Something to be thought of beside the level, and the facts that raise it."""

    text: Words
    rule: Rule
    source: Source


class NationalFile(Data):
    """The file shared/national.yaml. `documents` may be cited by every partnership's files."""

    documents: Mapping[str, Document]
    source_codes: Mapping[Identifier, SourceCode]
    flags: Mapping[Identifier, NationalFlag]
    retention: Mapping[Identifier, KeptFor]

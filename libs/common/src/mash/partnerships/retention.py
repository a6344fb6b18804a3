"""How long a case is kept once it is closed, and from when that counts, as data.

None of the partnerships' documents says how long anything is kept. What holds for all is in
shared/national.yaml; a partnership that has settled its own periods puts them in its profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from mash.partnerships.data import Data, Identifier, Listed, Source, Words

# A case that only named people may know of is kept by this rule too, where it asks for longer.
RESTRICTED = "restricted"
# A message that was put aside and never became a contact.
MESSAGE = "message"
# After these pathways others still decide: the enquiry, or whoever screens further.
UNDECIDED_PATHWAYS = frozenset({"enquiry", "social_worker_screening"})


class KeptFor(Data):
    """How long what ended with one of ``decisions``, pathways or outcomes, is kept.

    ``counts_from`` is the day of closing, of the youngest child's birth (where that is known, else of
    closing), or of receipt.
    """

    title: Words
    decisions: Listed[Identifier] = ()
    years: Annotated[int, Field(ge=1, le=100)]
    counts_from: Literal["closing", "birth", "receipt"]
    reading: Words
    source: Source


class Retention(Data):
    """What the partnership's own document says of it, and the periods that it has otherwise than the rest."""

    reading: Words
    rules: Mapping[Identifier, KeptFor] = {}
    source: Source

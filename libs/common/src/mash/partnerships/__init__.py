"""The partnerships that the hub serves, as data.

`loader` says which files there are, `models` and `thresholds` what they hold, `rules` how a rule is read.
"""

from mash.partnerships.clocks import DueRule, OpeningHours
from mash.partnerships.faults import PartnershipFault
from mash.partnerships.loader import UnknownPartnership, get, load, require_served
from mash.partnerships.models import Agency, Partnership, Question
from mash.partnerships.rules import Facts, explain, holds
from mash.partnerships.thresholds import Criterion, Indicator, Thresholds, UnknownThresholds

__all__ = [
    "Agency",
    "Criterion",
    "DueRule",
    "Facts",
    "Indicator",
    "OpeningHours",
    "Partnership",
    "PartnershipFault",
    "Question",
    "Thresholds",
    "UnknownPartnership",
    "UnknownThresholds",
    "explain",
    "get",
    "holds",
    "load",
    "require_served",
]

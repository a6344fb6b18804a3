"""Reads the text of a contact for indicators, and says which words led to each. It suggests; a person accepts."""

from screening.suggesting.suggest import suggest
from screening.suggesting.suggestions import SetAside, Suggested, Suggestion, Words, as_json

__all__ = ["SetAside", "Suggested", "Suggestion", "Words", "as_json", "suggest"]

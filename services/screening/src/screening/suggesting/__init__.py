"""Reads a contact's text for indicators, and says which words led to each. A person accepts them."""

from screening.suggesting.suggest import suggest
from screening.suggesting.suggestions import SetAside, Suggested, Suggestion, Words, as_json

__all__ = ["SetAside", "Suggested", "Suggestion", "Words", "as_json", "suggest"]

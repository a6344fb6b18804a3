"""The record of every change and every look, which shows when somebody has tampered with it."""

from mash.audit.lines import Line, chain_of, digest_of
from mash.audit.origin import origin, purpose

__all__ = ["Line", "chain_of", "digest_of", "origin", "purpose"]

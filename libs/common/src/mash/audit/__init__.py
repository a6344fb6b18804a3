"""The record of every change and every look, which shows when somebody has tampered with it."""

from mash.audit.lines import Line, chain_of, digest_of
from mash.audit.origin import OWN_WORK, PURPOSES, done_from, origin, purpose

__all__ = ["OWN_WORK", "PURPOSES", "Line", "chain_of", "digest_of", "done_from", "origin", "purpose"]

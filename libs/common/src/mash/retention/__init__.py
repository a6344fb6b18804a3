"""The end of a case: what every service destroys of it, and how late news of it is passed over."""

from mash.retention.erased import erase_shared, find_erased
from mash.retention.keys import destroy_keys, destroy_keys_for_ever

__all__ = ["destroy_keys", "destroy_keys_for_ever", "erase_shared", "find_erased"]

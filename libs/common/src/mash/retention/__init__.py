"""The end of a case: what every service destroys of it, and how late news of it is passed over."""

from mash.retention.case import erase_case
from mash.retention.erased import erase_shared, find_erased, forget_messages
from mash.retention.held import list_held
from mash.retention.keys import destroy_keys, destroy_keys_for_ever
from mash.retention.rows import erase_rows
from mash.retention.set_aside import SetAside, open_set_aside

__all__ = [
    "SetAside",
    "destroy_keys",
    "destroy_keys_for_ever",
    "erase_case",
    "erase_rows",
    "erase_shared",
    "find_erased",
    "forget_messages",
    "list_held",
    "open_set_aside",
]

from mash.db.migrations import run
from notifications.store.tables import metadata

run(metadata)

from mash.db.migrations import run
from probe.store.tables import metadata

run(metadata)

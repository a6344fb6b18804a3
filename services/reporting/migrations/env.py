from mash.db.migrations import run
from reporting.store.tables import metadata

run(metadata)

from mash.db.migrations import run
from screening.store.tables import metadata

run(metadata)

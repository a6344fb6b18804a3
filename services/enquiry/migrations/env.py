from enquiry.store.tables import metadata
from mash.db.migrations import run

run(metadata)

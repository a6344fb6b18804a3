from mash.db.migrations import run
from partner_gateway.store.tables import metadata

run(metadata)

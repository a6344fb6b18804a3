"""The gateway of one agency: its requests, its records, its returns, its ledger."""

"""What the service does. Nothing here commits: one request is one transaction, opened at the edge."""

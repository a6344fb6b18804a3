"""The agency desk: pages of the agency's own, which know no page of the hub's."""

"""What the hub costs, measured against a bare floor in the same run. No figure is a pass mark."""

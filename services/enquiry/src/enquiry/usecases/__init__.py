"""What the service does, one function for each thing that can happen. None of them commits."""

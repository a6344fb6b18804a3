"""The smallest service there can be, on which ``mash`` itself is tested."""

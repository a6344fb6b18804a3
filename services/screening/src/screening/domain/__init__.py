"""The rules of screening: what is recommended, and what a manager must give with a decision."""

"""The pages of reporting: its figures as charts and tables."""

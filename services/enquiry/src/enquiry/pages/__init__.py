"""The pages of enquiries: what was asked, what came back, the decision, and the daily meeting."""

"""The pages of notifications: what people have to do, and what did not reach a referrer."""

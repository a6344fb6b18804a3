"""The rules of an enquiry: pure functions of what is known and of the time passed in."""

"""A slip on the screen: looked at, printed again, kept as a picture."""

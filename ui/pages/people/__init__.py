"""The people of the till: who there is, and what a manager changes about them."""

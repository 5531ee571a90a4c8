"""The shift: who is on duty, what came in, and sealing it."""

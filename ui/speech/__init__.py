"""What the till says aloud: a voice where the system has one, else sounds of our own. A sale never waits for it."""

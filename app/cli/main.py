"""``mashou``: the command line, and the door to the window."""


def run() -> int:
    """Parse the command line and do what it asks; returns the process's exit code."""
    return 64

"""No memory of a process that holds keys is written to disk when it dies."""

import sys


def forbid_core_dumps() -> None:
    """For this process and its children, for good. Windows writes none unless the registry asks for them.

    A kernel that pipes dumps to a collector tells it the limit (core(5), ``%c``), and systemd's keeps nothing at 0.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

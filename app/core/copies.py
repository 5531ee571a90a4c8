"""``replace`` for the records of this package: as ``dataclasses.replace``, and at once where a record has no slots.

One answer makes the sale machine copy a sale five times, fact by fact 20 µs each. A record whose facts stand in a dict
is copied in less than one. Type checkers see the standard ``replace`` and check each change against the record.
"""

import dataclasses
from typing import TYPE_CHECKING, Any


def _replace(record: Any, /, **changes: object) -> Any:
    """A copy of ``record`` with other facts. Raises TypeError for a name that is none of them."""
    facts = getattr(record, "__dict__", None)
    if facts is None:
        return dataclasses.replace(record, **changes)
    known = facts | changes
    if len(known) != len(facts):
        raise TypeError(f"{type(record).__name__} has no {', '.join(sorted(changes.keys() - facts.keys()))}")
    copied = object.__new__(type(record))
    object.__setattr__(copied, "__dict__", known)  # the record is frozen, its copy not yet handed out
    return copied


if TYPE_CHECKING:
    from dataclasses import replace
else:
    replace = _replace

__all__ = ["replace"]

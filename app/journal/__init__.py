"""The journal: what happened, durably, in order, and provably unaltered.

Doors: ``writer.open_writer`` (the one writer), ``reader.open_reader`` (beside it), ``verify.verify``,
``chain.short_anchor``; the shapes are in ``api``, what can go wrong in ``errors``.
"""

"""Beside another POS: the mini window, and the switch between it and the full one (look.md §7, m-mini)."""

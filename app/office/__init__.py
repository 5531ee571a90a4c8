"""Keeps the books: shifts, day log, export, reconciliation. Reads the journal, sells nothing."""

"""Measures the till's path from a scan to money, beside the least that path could cost. Needs no window."""

"""The channels' bills beside the day log, and every fen between them by its name."""

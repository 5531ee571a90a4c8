"""Reconciliation: what the till booked on a day against what a channel's bill says of it, two ways, to the fen."""

"""Help: the log, the support bundle, the tour."""

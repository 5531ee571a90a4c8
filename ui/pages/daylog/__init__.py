"""The manager's day: filters, chart, totals, every line of it, and the export."""

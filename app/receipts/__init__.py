"""Words and layout of a receipt. Pure; the printer only sees bytes."""

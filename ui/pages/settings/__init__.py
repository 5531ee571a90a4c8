"""The settings as screens of the office; the first start shows the same ones in a row."""

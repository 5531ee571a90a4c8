"""The first start of a real till, step by step."""

"""The pages on which a scanner is found and tried."""

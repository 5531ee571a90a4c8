"""Looking a sale up, and giving money back."""

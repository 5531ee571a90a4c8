"""The second screen, which the customer reads: the sum, what to do, the result; no word of the staff's."""

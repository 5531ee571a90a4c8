"""Setting a till up: its settings, a merchant's keys, and the self-test that says whether all of it works."""

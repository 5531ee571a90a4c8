"""People: who they are, how they prove it, and the approvals they give."""

"""The supervisor's and the manager's pages, each a room of its own; the window stacks them behind F4."""

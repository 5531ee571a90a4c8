"""``mashou sim week``: the shipping till and the simulator's own rules, in one process, over five days in a minute."""

"""The local interface: another program on this computer asks for a charge and gets its result (docs/pos-interface.md).

It decides nothing about money: a charge is a purchase as if a cashier had typed it, and its result is the till's own.
"""

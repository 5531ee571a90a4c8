"""What closing the window means while sales are open (design §7.15): how many, how long, and what goes on."""

import math
from typing import Final

from app.core.sale import State
from app.till.api import CounterView, SaleView
from app.words import say
from ui.views.here import Here

SECONDS: Final = 60


def settling(view: CounterView | None) -> tuple[SaleView, ...]:
    """The open sales that end by themselves; one that waits for a person is taken up at the next start."""
    return () if view is None else tuple(sale for sale in view.open if sale.state is not State.STUCK)


def notice(view: CounterView | None, here: Here) -> str:
    """The sentence of the first try to close; "" where the window may simply go."""
    if view is None or not view.open or here.dead:
        return ""
    goes_on = settling(view)
    if goes_on:
        return say("win.close.goeson", here.language, n=len(goes_on), m=_minutes(goes_on, here))
    text = f"{say('app.close.say', here.language, n=len(view.open))} {say('win.close.again', here.language)}"
    return text.replace("。 ", "。")


def _minutes(sales: tuple[SaleView, ...], here: Here) -> int:
    """Whole minutes until the last of them should have settled, as far as is known now; at least one."""
    ends = [end for sale in sales for end in (sale.release, sale.deadline) if end is not None]
    return max(1, math.ceil((max(ends, default=here.mono) - here.mono) / SECONDS))

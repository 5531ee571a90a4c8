"""What the head of the office shows: which pages there are for whom, and the open sale that ends next."""

from collections.abc import Sequence
from typing import Final

from app.core.beijing import at_beijing
from app.core.codes import NotTaken, OwnReceipt, read_scan
from app.core.money import show_yuan
from app.core.staff import Role
from app.till.api import CounterView, SaleView
from app.words import say
from ui.text import channel_name
from ui.views.here import RED, Here, ring
from ui.views.sales import row
from ui.widgets.tab_bar import Pill, Tab, TabsFace

# Whom a page is for, in the order of the tabs; whoever may do more may do this too.
PAGES: Final[dict[str, Role]] = {
    "refund": Role.SUPERVISOR,
    "worklist": Role.SUPERVISOR,
    "shift": Role.CASHIER,
    "daylog": Role.MANAGER,
    "reconcile": Role.MANAGER,
    "people": Role.MANAGER,
    "settings": Role.MANAGER,
    "help": Role.SUPERVISOR,
    "scanner_find": Role.MANAGER,
    "scanner_test": Role.MANAGER,
}
WITHIN: Final = {"scanner_find": "settings", "scanner_test": "settings"}  # pages without a tab: whose tab they are
_RANK: Final = (Role.CASHIER, Role.SUPERVISOR, Role.MANAGER)
BADGES: Final = ("worklist",)


def pages_of(role: Role, there: Sequence[str]) -> tuple[str, ...]:
    """The names of the pages that ``role`` may open, of those that are there."""
    return tuple(name for name, least in PAGES.items() if name in there and _RANK.index(role) >= _RANK.index(least))


def with_tab(names: Sequence[str]) -> tuple[str, ...]:
    """Those of ``names`` that have a tab of their own."""
    return tuple(name for name in names if name not in WITHIN)


def may_be_payment(text: str, here: Here) -> bool:
    """Whether ``text`` pays something, or could: the office throws it away unread."""
    found = read_scan(text, at_beijing(here.wall_ms).date())
    if isinstance(found, OwnReceipt):
        return False
    return not isinstance(found, NotTaken) or found.payment is not None


def tabs_face(
    view: CounterView | None, here: Here, names: Sequence[str], chosen: str, *, held: bool = False
) -> TabsFace:
    """``held``: the page stands alone and there is no way back to the till, so none is offered."""
    chosen = WITHIN.get(chosen, chosen)
    till = Tab("", say("page.till", here.language), "Esc")
    tabs = (*(() if held else (till,)), *(Tab(name, say(f"page.{name}", here.language)) for name in with_tab(names)))
    return TabsFace(tabs, chosen, _pill(view, here), say("page.none", here.language))


def _pill(view: CounterView | None, here: Here) -> Pill | None:
    """Who needs a person stands before who settles by itself, and of those the one whose time is up first."""
    if view is None or not view.open:
        return None
    sale = min(view.open, key=lambda one: _urgency(one, here))
    shown = row(sale, here)
    word = f"{show_yuan(sale.amount_fen)} {shown.short or shown.word}"
    name = channel_name(sale.channel, here.language)
    return Pill(sale.channel, name, word, shown.seconds, shown.left, call=sale.phase in RED)


def _urgency(sale: SaleView, here: Here) -> tuple[int, float]:
    seconds = ring(sale, here)
    return (0 if sale.phase in RED else 1, float(seconds) if seconds is not None else float("inf"))

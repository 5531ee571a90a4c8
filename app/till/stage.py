"""The stage of a counter: one purchase, from its amount to the attempt that settles it. Pure."""

from dataclasses import dataclass, replace

from app.core.sale import Order


@dataclass(frozen=True, slots=True)
class Stage:
    """Nothing (idle), an amount that asks for a code, or the sale of the code that was scanned."""

    amount_fen: int | None = None
    purchase: str = ""  # takes its name from its first attempt
    attempts: int = 0  # codes charged so far
    shown: str = ""  # out_trade_no of the sale that stands here
    asking: bool = False  # "请出示付款码" shows: a scan counts (design §7.11)
    confirm_cap: bool = False  # above the cap: one more key first
    lookalike: bool = False  # an ID-card look-alike was refused once; the next is taken (design §7.12)
    request: str = ""  # the request of another program that opened this purchase

    @property
    def attempt(self) -> int:
        """1 for the first code of the purchase."""
        return self.attempts + 1 if self.asking or not self.shown else self.attempts


def entered(amount_fen: int, cap_fen: int, request: str = "") -> Stage:
    """A new purchase."""
    above = amount_fen > cap_fen
    return Stage(amount_fen=amount_fen, asking=not above, confirm_cap=above, request=request)


def confirmed(stage: Stage) -> Stage:
    """The extra key above the cap."""
    return replace(stage, asking=True, confirm_cap=False) if stage.confirm_cap else stage


def doubted(stage: Stage) -> Stage:
    """An ID-card look-alike was refused; the next one is taken."""
    return replace(stage, lookalike=True) if stage.asking else stage


def charged(stage: Stage, order: Order) -> Stage:
    """A code of this purchase was taken: its sale stands here now."""
    return replace(
        stage,
        purchase=order.purchase,
        attempts=stage.attempts + 1,
        shown=order.out_trade_no,
        asking=False,
        lookalike=False,
    )


def again(stage: Stage) -> Stage:
    """The same sum, for another code or wallet."""
    return replace(stage, shown="", asking=True, lookalike=False)


def showing(order: Order, attempts: int) -> Stage:
    """A sale of the list stands here."""
    return Stage(order.amount_fen, order.purchase, attempts, order.out_trade_no)

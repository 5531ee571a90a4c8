"""The steps of the sale on the stage: what is written, what is under way, what is to come."""

from app.till.api import CounterView, Phase, SaleView
from app.words import has, say
from ui.text import channel_name, clock, in_fours
from ui.views.here import AMBER, RED, Here
from ui.widgets.steps import ROWS, Mark, Step, StepsFace

ORDER_LINE = 12  # digits: three groups of four


def steps_face(view: CounterView | None, here: Here) -> StepsFace:
    title = say("win.sale", here.language)
    if view is None or view.confirm_cap or view.phase is Phase.IDLE:
        return StepsFace(title)
    if view.sale is None:
        return StepsFace(title, _before_the_scan(here.language))
    sale, training = view.sale, view.desk.training
    number = sale.out_trade_no
    return StepsFace(
        title,
        steps(sale, here.language),
        say("win.order.training" if training else "win.order", here.language),
        tuple(in_fours(number[i : i + ORDER_LINE]) for i in range(0, len(number), ORDER_LINE)),
        say("st.line.says", here.language, text=sale.says) if sale.says else "",
    )


def _before_the_scan(language: str) -> tuple[Step, ...]:
    return (
        Step(Mark.DONE, say("step.amount", language)),
        Step(Mark.ASKING, say("now.ready", language), say("now.ready.under", language)),
        Step(Mark.TO_COME, say("step.tocome.send", language)),
        Step(Mark.TO_COME, say("step.tocome.result", language)),
    )


def steps(sale: SaleView, language: str) -> tuple[Step, ...]:
    """At most the newest ``ROWS``; the last ones say what goes on and what is still to come."""
    values = {"channel": channel_name(sale.channel, language)}
    done = [
        Step(_mark(happened.key), say(f"step.{happened.key}", language, **values), clock(happened.at_ms))
        for happened in sale.story
        if has(f"step.{happened.key}")
    ]
    after: list[Step] = []
    now = f"now.{sale.phase}"
    if (sale.phase in AMBER or sale.phase in RED) and has(now):
        under = say(f"{now}.under", language) if has(f"{now}.under") else ""
        after.append(Step(Mark.NOW, say(now, language, **values), under))
    if sale.phase in AMBER:
        after.append(Step(Mark.TO_COME, say("step.tocome.result", language)))
    return (*done[-(ROWS - len(after)) :], *after)


def _mark(key: str) -> Mark:
    return {"paid": Mark.PAID, "stuck": Mark.STUCK}.get(key, Mark.DONE)

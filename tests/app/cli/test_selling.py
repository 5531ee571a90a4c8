import asyncio

import pytest

from app.cli import selling
from app.cli.exits import Exit, Refused
from app.cli.selling import Wanted
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.reasons import Reason
from app.core.sale import State
from app.till.api import Customer, Phase, Refusal

CODE = "134567890123456789"
WANTED = Wanted(1250, AuthCode(CODE))
AT_SCANNER = Wanted(1250)
SENT = (State.INTENT, Phase.SENT, {})
PENDING = (State.PENDING, Phase.PENDING, {"deadline": 1038.0})
STOPPING = (State.PENDING, Phase.STOPPING, {})
REVERSING = (State.REVERSING, Phase.REVERSING, {"deadline": None, "release": 1180.0})
REVERSED = (State.REVERSED, Phase.REVERSED0, {"release": None})
PAID = (State.PAID, Phase.PAID, {"deadline": None})
pytestmark = pytest.mark.asyncio


async def test_a_payment_is_told_line_by_line(scene):
    scene.counter.on_scan = [[SENT, PENDING, PAID]]
    assert await scene.sell(WANTED) is Exit.PAID
    assert scene.counter.asked == ["next", ("amount", 1250), "warm", ("scan", CODE, "cli")]
    lines = scene.out.splitlines()
    assert lines[0] == "￥12.50，请出示付款码。"
    assert "微信 ￥12.50" in lines[1]
    assert "正在收款" in lines[2]
    assert "请顾客输入密码" in lines[3]
    assert "已收款" in lines[4]
    assert CODE not in scene.out


@pytest.mark.parametrize(
    ("last", "exit_code", "word"),
    [
        ((State.DECLINED, Phase.DECLINED, {"reason": Reason.BALANCE}), Exit.NOT_PAID, "余额不足"),
        ((State.NOT_SENT, Phase.NOTSENT, {}), Exit.NOT_PAID, "没有发出，没有扣款"),
        (REVERSED, Exit.NOT_PAID, "已撤销，没有扣款"),
        ((State.STUCK, Phase.STUCK, {"alarm": "st.stuck"}), Exit.PERSON, "请叫主管来看"),
    ],
)
async def test_the_exit_code_says_how_it_ended(scene, last, exit_code, word):
    scene.counter.on_scan = [[SENT, last]]
    assert await scene.sell(WANTED) is exit_code
    assert word in scene.out


async def test_it_waits_past_d2_for_the_end(scene):
    scene.counter.on_scan = [[SENT, PENDING, REVERSING]]
    task = await scene.begin(WANTED, "可换方式付")
    assert not task.done()
    scene.counter.play([REVERSED])
    assert await task is Exit.NOT_PAID


@pytest.mark.parametrize("key", ["product", "expired", "used", "twice", "idcard", "garbled"])
async def test_a_code_that_is_not_taken_is_one_sentence(scene, key):
    scene.counter.on_scan = [Refusal(key, (), 1)]
    with pytest.raises(Refused) as caught:
        await scene.sell(WANTED)
    assert "。" in caught.value.say("zh")
    assert CODE not in caught.value.say("zh")


async def test_a_channel_that_is_off_names_those_that_work(scene):
    scene.counter.on_scan = [Refusal("chanoff", (("channel", "unionpay"), ("channels", "wechat,alipay")), 1)]
    with pytest.raises(Refused) as caught:
        await scene.sell(WANTED)
    assert caught.value.say("zh") == "本店还没开通银联。请顾客换：微信、支付宝。"


async def test_an_amount_that_is_not_taken_asks_for_no_code(make_scene):
    scene = make_scene(refuse="blocked")
    with pytest.raises(Refused, match=r"cli\.refusal"):
        await scene.sell(WANTED)
    assert scene.counter.asked == ["next", ("amount", 1250)]


async def test_above_the_cap_one_more_word_is_asked(make_scene):
    with pytest.raises(Refused) as caught:
        await make_scene(cap=True).sell(WANTED)
    assert caught.value.say("zh") == "金额超过 ￥5,000.00，确认要收请加 --yes。"
    scene = make_scene(cap=True)
    scene.counter.on_scan = [[SENT, PAID]]
    assert await scene.sell(Wanted(1250, AuthCode(CODE), confirmed=True)) is Exit.PAID
    assert "confirm" in scene.counter.asked


async def test_at_a_scanner_a_wrong_scan_may_be_followed_by_the_right_one(scene):
    task = await scene.begin(AT_SCANNER, "请出示付款码")
    scene.counter.publish(refusal=Refusal("product", (), 1))
    await scene.until("商品条码")
    scene.counter.play([SENT, PAID])
    assert await task is Exit.PAID
    assert scene.out.count("商品条码") == 1


async def test_ctrl_c_stops_and_a_second_one_leaves_it_open(scene):
    scene.counter.on_scan = [[SENT, PENDING]]
    scene.counter.on_stop = [STOPPING, REVERSING]
    task = await scene.begin(WANTED, "请顾客输入密码")
    scene.told.stop()
    await scene.until("可换方式付")
    assert scene.counter.asked[-1] == "stop"
    assert not task.done()
    scene.told.stop()
    assert await task is Exit.OPEN
    assert scene.counter.asked.count("stop") == 1
    assert "还没有了结，下次启动接着办：700326112258170004170001" in scene.out


async def test_a_second_ctrl_c_leaves_even_while_the_stop_is_under_way(scene):
    scene.counter.on_scan = [[SENT, PENDING]]
    scene.counter.on_stop = [STOPPING]
    task = await scene.begin(WANTED, "请顾客输入密码")
    scene.told.stop()
    await scene.until("再查一次，确认顾客付没付")
    scene.told.stop()
    assert await task is Exit.OPEN
    assert scene.counter.asked.count("stop") == 1


async def test_a_stopped_sale_that_was_paid_is_paid(scene):
    scene.counter.on_scan = [[SENT, PENDING]]
    scene.counter.on_stop = [STOPPING, PAID]
    task = await scene.begin(WANTED, "请顾客输入密码")
    scene.told.stop()
    assert await task is Exit.PAID


async def test_sigterm_leaves_it_open_at_once(scene):
    scene.counter.on_scan = [[SENT, PENDING]]
    task = await scene.begin(WANTED, "请顾客输入密码")
    scene.told.leave()
    assert await task is Exit.OPEN
    assert "stop" not in scene.counter.asked


async def test_leaving_before_a_code_is_shown_sends_nothing(scene):
    task = await scene.begin(AT_SCANNER, "请出示付款码")
    scene.told.stop()
    with pytest.raises(Refused, match=r"cli\.nothing"):
        await task
    assert scene.counter.asked[-1] == "stop"


async def test_leaving_at_the_moment_of_the_scan_is_never_called_nothing_sent(scene):
    task = await scene.begin(AT_SCANNER, "请出示付款码")
    scene.told.leave()
    asyncio.get_running_loop().call_later(0.01, scene.counter.play, [SENT])  # the till paints a sale 10 ms later
    assert await task is Exit.OPEN
    assert "stop" not in scene.counter.asked


async def test_earlier_sales_are_resumed_and_waited_for(scene):
    scene.found_at_start(2)
    scene.counter.on_scan = [[SENT, PAID]]
    task = await scene.begin(WANTED, "还有 1 笔未了结")
    assert not task.done()
    scene.counter.put(2, State.PAID, Phase.PAID)
    assert await task is Exit.PAID
    assert ("acknowledge", "700326112258170004170002") in scene.counter.asked


async def test_who_only_waits_for_earlier_sales_may_leave(scene):
    scene.found_at_start(2, state=State.REVERSING, phase=Phase.REVERSING)
    scene.counter.on_scan = [[SENT, PAID]]
    task = await scene.begin(WANTED, "还有 1 笔未了结")
    scene.told.stop()
    assert await task is Exit.PAID


async def test_a_broken_journal_calls_a_person(scene):
    scene.counter.on_scan = [[SENT, PENDING]]
    task = await scene.begin(WANTED, "请顾客输入密码")
    scene.fatal.set()
    assert await task is Exit.PERSON
    assert "为保账目已退出" in scene.out


async def test_a_practice_customer_shows_a_code_and_types_the_password(scene, monkeypatch):
    monkeypatch.setattr(selling, "TYPING", 0.0)
    scene.counter.on_scan = [[SENT, PENDING]]
    scene.phone.on_password = lambda: scene.counter.play([PAID])
    assert await scene.sell(Wanted(1250, practice=(Channel.ALIPAY, Customer.PASSWORD))) is Exit.PAID
    assert scene.phone.asked == [(Channel.ALIPAY, Customer.PASSWORD), "password"]
    assert "训练：练习顾客出示了支付宝付款码。" in scene.out
    assert CODE not in scene.out


async def test_resolve_prints_each_end_and_knows_them_all(scene):
    scene.found_at_start(2, 3, 4)
    task = asyncio.ensure_future(scene.resolve())
    await scene.until("3 笔未了结")
    scene.counter.put(2, State.PAID, Phase.PAID)
    scene.counter.put(3, State.REVERSED, Phase.REVERSEDQ)
    await asyncio.sleep(0)
    assert not task.done()
    scene.counter.put(4, State.STUCK, Phase.STUCK, alarm="st.stuck")
    assert await task == [Exit.PAID, Exit.NOT_PAID, Exit.PERSON]
    assert all(word in scene.out for word in ("已收款", "已撤销，一分不留", "请叫主管来看"))


async def test_resolve_with_nothing_open(scene):
    assert await scene.resolve() == []
    assert scene.out == "没有未了结的单。\n"


async def test_resolve_left_early_is_open(scene):
    scene.found_at_start(2, state=State.REVERSING, phase=Phase.REVERSING)
    scene.told.stop()
    assert await scene.resolve() == [Exit.OPEN]
    assert "700326112258170004170002" in scene.out


async def test_resolve_tries_a_stuck_sale_once_more(scene):
    scene.found_at_start(2, state=State.STUCK, phase=Phase.STUCK)
    task = asyncio.ensure_future(scene.resolve(look=60.0))
    await scene.until("请叫主管来看")
    await asyncio.sleep(0)
    assert not task.done()
    scene.counter.put(2, State.REVERSED, Phase.REVERSEDQ)
    assert await task == [Exit.NOT_PAID]


async def test_resolve_leaves_a_stuck_sale_to_a_person(scene):
    scene.found_at_start(2, state=State.STUCK, phase=Phase.STUCK)
    assert await scene.resolve(look=0.01) == [Exit.PERSON]

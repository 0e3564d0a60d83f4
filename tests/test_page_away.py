"""The run of a visitor who was away: it slept meanwhile, and the page says so."""

from rnnlm.ui.state import shared
from tests.visiting import opened, said, sound, until
from tests.waiting import wait_until


def test_a_run_that_slept_while_its_visitor_was_away_says_so():
    page = opened(epochs="10000")
    sound(page.button(key="train").click().run())
    token, engine = page.session_state["token"], shared.engine()
    job = next(job for job in engine.census()[0] if job.visitor == token)
    wait_until(lambda: job.view.update > 0, "the run trains")
    assert "so its run paused" not in said(page)
    engine._leases[token] = 0.0  # seconds without a message
    wait_until(lambda: job.asleep, "the run sleeps")
    until(page, "The connection to this page was lost, so its run paused at epoch", "the page says so")
    before = job.view.update
    wait_until(lambda: job.view.update > before, "it goes on")
    sound(page.button(key="train").click().run())
    assert "so its run paused" not in said(page)

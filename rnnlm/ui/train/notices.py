"""The sentence below the progress bar: a problem, the snapshot on screen, or the effect of new settings."""

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.serving.worker.protocol import View
from rnnlm.training.divergence import DIVERGED, divergence_values
from rnnlm.ui import style
from rnnlm.ui.language import say, say_count, say_error
from rnnlm.ui.lessons import claims
from rnnlm.ui.state import session
from rnnlm.ui.state.choices import are_here
from rnnlm.ui.state.run import Instant, Run
from rnnlm.ui.train import controls


def problem_or_notice(run: Run, view: View, new: Experiment | None) -> str:
    if "problem" in st.session_state:
        return f'<p class="notice problem">{style.literal(st.session_state.problem)}</p>'
    if (told := claims.sentence()) is not None:
        return f'<p class="notice new">{told}</p>'
    here = session.instant()
    if not here.is_now:
        return f'<p class="notice new">{of_a_moment(run, view, here)}</p>'
    if new is not None:
        return f'<p class="notice new">{new_settings(view, new)}</p>'
    if view.divergence:
        what = say(DIVERGED, **divergence_values(view.experiment, view.diverged, view.epoch))
        return f'<p class="notice problem">{style.literal(what)}</p>'
    return f'<p class="notice">{notice(run, view)}</p>'


def of_a_moment(run: Run, view: View, here: Instant) -> str:
    values = {"epoch": f"{here.epoch:.4g}"}
    values["perplexity"] = "–" if here.perplexity is None else in_figures(here.perplexity)
    if run.recorded:
        return say(
            "<b>Epoch {epoch}, perplexity {perplexity}:</b> all parts of the page show the network of this "
            "epoch. Press Now to return to epoch 100.",
            **values,
        )
    if not view.running:
        return say(
            "<b>Epoch {epoch}, perplexity {perplexity}:</b> all parts of the page show the network of this "
            "epoch. Press Now to return to the latest epoch.",
            **values,
        )
    return say(
        "<b>Epoch {epoch}, perplexity {perplexity}:</b> all parts of the page show the network of "
        "this epoch. Training continues; press Now to return to the current epoch.",
        **values,
    )


def new_settings(view: View, new: Experiment) -> str:
    if session.is_longer(new):
        if view.running:
            return say(
                "<b>New settings:</b> press Pause, then Train to continue this run to epoch {epochs:,}.",
                epochs=new.epochs,
            )
        return say("<b>New settings:</b> press Train to continue this run to epoch {epochs:,}.", epochs=new.epochs)
    if controls.is_other_rate(new) and are_here("reset"):
        return say(
            "<b>New settings:</b> press “Continue at lr {lr:g}” to continue this run at this learning "
            "rate, or Reset to start a new run with it.",
            lr=new.lr,
        )
    if not are_here("reset"):
        if view.running:
            return say(
                "<b>New settings:</b> press Pause, then Train to start a run with them. Until then the page "
                "keeps the current run."
            )
        return say(
            "<b>New settings:</b> press Train to start a run with them. Until then the page keeps the current run."
        )
    if view.running:
        return say(
            "<b>New settings:</b> press Pause, then Train to start a run with them, or Reset to show "
            "that run untrained. Until then the page keeps the current run."
        )
    return say(
        "<b>New settings:</b> press Train to start a run with them, or Reset to show that run "
        "untrained. Until then the page keeps the current run."
    )


def notice(run: Run, view: View) -> str:
    if run.recorded:
        return say(
            '<b class="badge">Recorded</b> This is the book’s run, made by this program with seed 0. For about '
            "twenty epochs it is no better than word counts; then it starts to memorise. Press Train to repeat it live."
        )
    if view.failure:
        return say_error(view.failure)
    if view.ahead:
        return say("The server is training as many runs as it can. Runs ahead of yours: {ahead}.", ahead=view.ahead)
    if view.repeated_from is not None:
        return say(
            "A training process of this server was lost. The run continues from epoch {epoch:g}.",
            epoch=view.repeated_from,
        )
    if view.finished:
        return finished(run, view)
    return say_count(
        "{title}: {words:,} words, {different:,} different, 1 update per epoch.",
        "{title}: {words:,} words, {different:,} different, {n:,} updates per epoch.",
        view.updates_per_epoch,
        title=style.words(run.corpus.title),
        words=len(run.corpus),
        different=run.corpus.vocabulary.size,
    )


def finished(run: Run, view: View) -> str:
    if not are_here("reset", "settings"):
        if run.experiment == Experiment():
            return say(
                "All epochs are done. The recorded run of these settings ended at perplexity 5.14; yours may "
                "differ because of rounding. Go to the Train page to start again or continue."
            )
        if view.extensible:
            return say("All epochs are done. Go to the Train page to start again or continue.")
        return say("All epochs are done. Go to the Train page to start again.")
    if run.experiment == Experiment():
        return say(
            "All epochs are done. The recorded run of these settings ended at perplexity 5.14; yours may "
            "differ because of rounding. Press Reset to start again, or set more epochs in Settings and "
            "press Train to continue."
        )
    if view.extensible:
        return say(
            "All epochs are done. Press Reset to start again, or set more epochs in Settings and press "
            "Train to continue."
        )
    return say("All epochs are done. Press Reset to start again.")

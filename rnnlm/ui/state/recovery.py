"""Restore a visitor's data after the visitor's server has stopped."""

import streamlit as st

from rnnlm.options import from_link
from rnnlm.serving.visitors.visitor_files import Found
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import link, session, shared, tab
from rnnlm.ui.state.choices import GROUPS, choose, hold
from rnnlm.ui.state.run import Run


def take(found: Found, shown: dict[str, str]) -> None:
    """Restore the visitor's text and run as they were last written to disk.

    `shown` holds the parameters of the tab's address. The settings are restored only if the address has no parameters,
    or those saved with the settings.
    """
    if found.text is not None:
        tab.visitor().text = tab.OwnText(found.text, found.small)
    try:
        if found.arrived is None:
            st.session_state.problem = tab.gone()
        else:
            _run(found)
    except ValueError as error:  # a text that is not available here, or a limit of this server
        st.session_state.problem = say_error(error)
    if link.asks_for_nothing_else(shown, found.place["address"]):
        hold(**{name: value for group in GROUPS for name, value in from_link(group, found.place["link"])[0].items()})
    else:
        choose(at=None)
    session.know_start()


def _run(found: Found) -> None:
    corpus = found.corpus or shared.corpus_for(found.experiment, None)
    job = shared.opened(found.experiment, corpus, tab.visitor().token, found.arrived)
    if found.corpus is not None and tab.visitor().text is None:
        tab.visitor().text = tab.OwnText(corpus, None)
    session.show(Run(corpus, job.view, job, text=tab.visitor().text))
    st.session_state.arrival = None
    epoch = job.view.epoch
    if found.running:
        shared.engine().start(job)
        st.session_state.problem = say(
            "The server restarted, or you were moved to another server. The run continues from epoch "
            "{epoch:.4g}, where it was last saved. Later epochs are trained again.",
            epoch=epoch,
        )
    else:
        st.session_state.problem = say(
            "The server restarted, or you were moved to another server. Your run is back at epoch "
            "{epoch:.4g}, where it was last saved.",
            epoch=epoch,
        )

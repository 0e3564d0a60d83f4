"""Two patches of Streamlit, which otherwise loses clicks and parts of the page on a busy server."""

from functools import wraps

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state.safe_session_state import SafeSessionState


def let_callbacks_finish() -> None:
    """Patch Streamlit so that a waiting run of the page begins only after the callbacks.

    When a run of the whole page is waiting, Streamlit may stop a script at any use of st.session_state to begin that
    run. It also does this during callbacks and even before them. A click is then lost or only half handled.
    """
    begin = SafeSessionState.on_script_will_rerun

    @wraps(begin)
    def uninterrupted(state: SafeSessionState, *arguments, **options) -> None:
        interrupt = state._yield_callback
        object.__setattr__(state, "_yield_callback", lambda: None)  # state's __setattr__ sets an entry of the session
        try:
            begin(state, *arguments, **options)
        finally:
            object.__setattr__(state, "_yield_callback", interrupt)

    SafeSessionState.on_script_will_rerun = uninterrupted


def keep_messages() -> None:
    """Patch Streamlit so that a run of panels drops no messages that still wait to be sent.

    When a run of panels begins, Streamlit drops the waiting messages about these panels, because the run will draw them
    again. But if a callback requests other panels (`st.rerun([...])`), the run does not draw the first ones again. The
    browser then removes the first panels at the end of the previous run, and has no place for panels that follow them
    (`Bad delta path index`, a blank page).
    """
    clear = AppSession._clear_queue

    @wraps(clear)
    def keep(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
        if fragment_ids_this_run:
            session._browser_queue._delta_index_map = {}  # new messages do not replace waiting ones
        else:
            clear(session, fragment_ids_this_run)

    AppSession._clear_queue = keep

"""Two patches for Streamlit, which otherwise loses clicks and parts of the page on a busy server."""

from functools import wraps

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state.safe_session_state import SafeSessionState


def let_callbacks_finish() -> None:
    """Patch Streamlit so that a waiting rerun of the page begins only after the callbacks.

    When a rerun of the whole page is waiting, Streamlit may stop the script at any use of st.session_state to begin
    that rerun. Streamlit does so even before and during callbacks. A click is then lost or only half handled.
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
    """Patch Streamlit so that a rerun of panels drops no messages that are still to be sent.

    When a rerun of panels begins, Streamlit drops the waiting messages about these panels, because the rerun will draw
    them again. But if a callback requests other panels (`st.rerun([...])`), the panels of the dropped messages are not
    drawn again. The browser removes these panels at the end of the previous rerun, and then has no place for the panels
    that follow them. The result is a blank page (`Bad delta path index`).
    """
    clear = AppSession._clear_queue

    @wraps(clear)
    def keep(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
        if fragment_ids_this_run:
            session._browser_queue._delta_index_map = {}  # new messages do not replace waiting ones
        else:
            clear(session, fragment_ids_this_run)

    AppSession._clear_queue = keep

"""A patch of Streamlit that lets callbacks always run to their end.

When a run of the whole page is waiting, Streamlit may stop a script at any use of st.session_state to begin that run.
It also does this during callbacks and even before them. A click is then lost or only half handled.
"""

from functools import wraps

from streamlit.runtime.state.safe_session_state import SafeSessionState


def let_finish() -> None:
    """Patch Streamlit so that a waiting run of the page begins only after the callbacks."""
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

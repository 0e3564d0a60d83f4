"""Callbacks run to their end.

Streamlit may stop a script wherever it uses st.session_state, to begin a waiting run of the whole page. It does so in
callbacks as well, and even before them, and then a click is lost or only half done.
"""

from functools import wraps

from streamlit.runtime.state.safe_session_state import SafeSessionState


def let_finish() -> None:
    """Change Streamlit so that the waiting run begins only after the callbacks."""
    begin = SafeSessionState.on_script_will_rerun

    @wraps(begin)
    def uninterrupted(state: SafeSessionState, *arguments, **options) -> None:
        interrupt = state._yield_callback
        object.__setattr__(state, "_yield_callback", lambda: None)  # its own setattr sets an entry of the session
        try:
            begin(state, *arguments, **options)
        finally:
            object.__setattr__(state, "_yield_callback", interrupt)

    SafeSessionState.on_script_will_rerun = uninterrupted

"""The page, as a table of contents: `streamlit run streamlit_app.py`.

The server imports this file to find `app`; then it runs the file as `__main__` for each visitor.
"""

from streamlit.starlette import App

from rnnlm.serving.settings import check_settings
from rnnlm.ui import clock, frame, link, look, server, session
from rnnlm.ui.pages import ask, compare, inside, lessons, train
from rnnlm.ui.teaching import arrival, bar


def show() -> None:
    """Draw the page for one visitor."""
    look.page()
    link.open_link()
    session.look()
    arrival.begin()
    page = frame.choose_page(
        {"train": train.show, "ask": ask.show, "inside": inside.show, "compare": compare.show, "lessons": lessons.show}
    )
    frame.show(page)
    page.run()
    bar.show()
    clock.start()


if __name__ == "__main__":
    show()
else:
    check_settings()
    app = App(__file__, lifespan=server.lifespan, middleware=server.middleware())

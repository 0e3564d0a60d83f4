"""The entry point: `streamlit run streamlit_app.py` serves the page.

The server imports this file to find `app`. It then runs the file as `__main__` to draw the page for a visitor.
"""

from streamlit.starlette import App

from rnnlm.serving.settings import check_settings
from rnnlm.ui import frame, server, style
from rnnlm.ui.ask import page as ask
from rnnlm.ui.compare import page as compare
from rnnlm.ui.inside import page as inside
from rnnlm.ui.lessons import arrival, bar
from rnnlm.ui.lessons import page as lessons
from rnnlm.ui.scene import page as scene
from rnnlm.ui.state import clock, link, session
from rnnlm.ui.train import page as train


def show() -> None:
    """Draw the page for one visitor."""
    style.page()
    if link.open_link():
        session.know_start_of_link()
    session.look()
    arrival.begin()
    page = frame.choose_page(
        {"train": train.show, "ask": ask.show, "inside": inside.show, "compare": compare.show, "lessons": lessons.show}
    )
    frame.show(page)
    page.run()
    bar.show()
    scene.show()
    clock.start()


if __name__ == "__main__":
    show()
else:
    check_settings()
    app = App(__file__, lifespan=server.lifespan, middleware=server.middleware(), routes=server.routes())

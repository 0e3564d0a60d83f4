"""The page, as a table of contents: `streamlit run streamlit_app.py`."""

from rnnlm.ui import clock, frame, link, look, session
from rnnlm.ui.pages import ask, compare, inside, lessons, train
from rnnlm.ui.teaching import arrival, bar

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

"""The page, as a table of contents: `streamlit run streamlit_app.py`."""

from rnnlm.ui import clock, frame, link, look, session
from rnnlm.ui.pages import train

look.page()
link.open_link()
session.look()
page = frame.choose_page({"train": train.show})
frame.show(page)
page.run()
clock.start()

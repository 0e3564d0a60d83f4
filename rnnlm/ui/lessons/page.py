"""The Lessons page: all lessons, a link for a class, and a field to open lessons, hand-ins and saved runs."""

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.lessons import class_link, listing, opening


def show() -> None:
    style.style("lessons_page.css")
    promise = say(
        "In each lesson you do something on these pages. When a step says that it is done, press "
        "Next. You can leave a lesson and continue it later."
    )
    style.heading(say("Lessons"), promise)
    listing.show()
    left, right = st.columns(2, gap="medium")
    with left:
        class_link.show()
    with right:
        opening.panel()

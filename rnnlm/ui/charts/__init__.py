"""Pure functions that turn data into what charts and pictures show.

Reading order: `levels`, `curve`, `bars`, `cells`.
May import: the same as `ui`, and Altair instead of Streamlit.
"""

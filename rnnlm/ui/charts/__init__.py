"""From data to Altair charts: pure functions.

Reading order: `levels`, `curve`, `bars`.
May import: the same as `ui`, and Altair instead of Streamlit.
"""

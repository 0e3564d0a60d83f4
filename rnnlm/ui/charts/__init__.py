"""Pure functions that turn data into Altair charts.

Reading order: `levels`, `curve`, `bars`.
May import: the same as `ui`, and Altair instead of Streamlit.
"""

"""The page: the only place that imports Streamlit. It shows what the package computed, and no maths is done here.

Reading order: look, link, shared, tab, session, clock, settings, controls,
training, prediction, writing, explain; charts are pure functions.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

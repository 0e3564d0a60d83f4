"""The page: the only place that imports Streamlit. It shows what the package computed, and no maths is done here.

Reading order: language, look, choices, link, shared, tab, run, session, clock, text, settings, controls,
timeline, training, prediction, writing, explain, frame; charts are pure functions, teaching is lessons and links,
pages are tables of contents.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

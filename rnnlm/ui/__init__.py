"""The page: the only place that imports Streamlit. It shows what the package computed, and no maths is done here.

Reading order: language, look, choices, link, shared, tab, run, session, recovery, clock, text, reading, excerpt,
settings, controls, timeline, notices, training, prediction, writing, explain, frame, static, server; charts are
pure functions; asking, inside, comparing and teaching hold the parts of a page each, pages are tables of contents.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

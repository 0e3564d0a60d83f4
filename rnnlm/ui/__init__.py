"""The page: the only place that imports Streamlit. It shows what the package computed, and no maths is done here.

Reading order: language, style; state holds what all pages share; charts are pure functions; then a folder for each
page, with its table of contents in page: train, ask, inside, compare, lessons; frame, static and server put them
before a visitor.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

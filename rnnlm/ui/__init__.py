"""The page: the only place that imports Streamlit. It shows results of the package and does no maths itself.

Reading order: language, style; state holds the data that all pages share; charts are pure functions; then a folder for
each page, with its table of contents in page: train, ask, inside, compare, lessons; frame, about, hall, static and
server bring them to a visitor, and scene opens a first visit.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

"""The page Lessons: lessons that are taken, given and opened, links that show a moment, and what is handed in.

Reading order: page, selectors, showing, library, walk, bar, offer, arrival, claims, listing, class_link, opening.
May import: all that the page may.
"""

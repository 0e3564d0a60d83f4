"""Teaching: lessons that are taken, given and opened, links that show a moment, and what is handed in.

Reading order: places, showing, library, walk, bar, offer, arrival, figures, listing, class_link, opening.
May import: all that the page may.
"""

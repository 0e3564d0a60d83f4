"""The opening scene for a first visit: one line, one question, and one slider from noise to a recital.

Reading order: line, page.
May import: everything that the page may.
"""

"""The pages, each a table of contents of its panels. All of them are around one run, one moment and one context.

Reading order: train, ask, inside, compare, lessons.
May import: all that the page may.
"""

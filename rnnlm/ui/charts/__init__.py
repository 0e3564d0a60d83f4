"""Data to Altair charts: pure functions.

Reading order: levels, curve, bars.
May import: everything but cli; and options, experiment and formats, which lie below all.
"""

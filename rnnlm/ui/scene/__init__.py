"""The opening scene of a first visit: one line, one question, and a slider from noise to recitation.

Reading order: `line`, `page`.
May import: the same as `ui`.
"""

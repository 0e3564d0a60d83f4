"""The opening scene of a first visit: one line of text, one question, and a slider over the epochs of training.

Reading order: `line`, `page`.
May import: the same as `ui`.
"""

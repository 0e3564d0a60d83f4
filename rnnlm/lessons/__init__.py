"""Lessons: files that a teacher writes, their checks, and the conditions that end their steps.

Reading order: names, conditions, figures, markdown, lesson, translated, source, form, reading, hand_in.
May import: data, inference; and options, experiment and formats, which lie below all.
"""

"""Lessons: files a teacher writes, read and checked, and what ends each of their steps.

Reading order: names, conditions, markdown, lesson, source, form, reading, hand_in.
May import: data, inference; and options, experiment and formats, which lie below all.
"""

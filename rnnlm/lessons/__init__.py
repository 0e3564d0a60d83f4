"""Lessons: the files that teachers write, the checks of these files, and the conditions that end a lesson's steps.

Reading order: `names`, `conditions`, `figures`, `markdown`, `lesson`, `translated`, `source`, `form`, `reading`,
`hand_in`.
May import: `data`, `inference`, and the modules at the root of `rnnlm`.
"""

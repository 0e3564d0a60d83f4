"""The Lessons page: a visitor takes a lesson, makes a link for a class, or opens a file, for example a hand-in.

A hand-in is a file with the settings and figures of a learner's run. `arrival` opens links to an epoch of a run.

Reading order: `page`, `selectors`, `library`, `walk`, `figures`, `bar`, `offer`, `arrival`, `claims`,
`listing`, `class_link`, `opening`.
May import: the same as `ui`.
"""

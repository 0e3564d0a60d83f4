"""The page Lessons: taking, giving and opening lessons, links to a snapshot of a run, and hand-ins.

Reading order: `page`, `selectors`, `showing`, `library`, `walk`, `figures`, `bar`, `offer`, `arrival`, `claims`,
`listing`, `class_link`, `opening`.
May import: the same as `ui`.
"""

"""The page's side of training. It records which worker has which run, and it limits visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.

May import: the same as `serving`.
"""

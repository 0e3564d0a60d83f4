"""The page's side of training: which worker has which run, its last report, and the limits on visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.
May import: the same as `serving`.
"""

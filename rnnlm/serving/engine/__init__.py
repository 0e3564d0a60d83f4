"""The page's side of training: which worker has which run, the last report of each run, and the limits for visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.
May import: the same as `serving`.
"""

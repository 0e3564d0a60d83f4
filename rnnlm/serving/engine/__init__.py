"""The page's side of training: the worker and the last report of each run, and the limits for visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.
May import: the same as `serving`.
"""

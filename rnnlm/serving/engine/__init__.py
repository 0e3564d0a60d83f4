"""The page's side of training. It knows which worker has which run and what the run last reported, and limits visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.

May import: the same as `serving`.
"""

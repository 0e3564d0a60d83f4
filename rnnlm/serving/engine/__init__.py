"""The part of training that runs in the page's process.

The engine records which worker has which run, and enforces limits for visitors.

Reading order: `worker_links`, `answers`, `limits`, `linked_moments`, `job`, `balancing`, `engine`.

May import: the same as `serving`.
"""

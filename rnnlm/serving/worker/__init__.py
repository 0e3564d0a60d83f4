"""A process that trains the runs of many visitors in turn.

Reading order: `protocol`, `fair_share`, `worker_run`, `questions`, `memory`, `worker`.
May import: the same as `serving`.
"""

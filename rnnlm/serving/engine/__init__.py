"""The page's side of training: which worker has which run, what it reported last, and what may be asked of it.

Reading order: worker_links, answers, limits, linked_moments, job, balancing, engine.
May import: all that serving may.
"""

"""Training behind the page.

Reading order: protocol, turns, worker_run, questions, memory, worker, settings, links, answers, limits, arrivals,
job, sharing, engine, later, networks, store, visit, folder, pace, status.
May import: all below: data, nn, inference, training, storage; and options, experiment and formats, which lie below all.
"""

"""Training: the start of a run, its state, and the loop of the book.

Reading order: build, state, curve, rate, averaging, divergence, run, snapshots, trainer, moves, fan, sweep.
May import: data, nn, inference; and options, experiment and formats, which lie below all.
"""

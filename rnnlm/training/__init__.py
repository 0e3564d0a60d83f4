"""Training: the start of a run, its state, and the book's training loop.

Reading order: `build`, `state`, `curve`, `rate`, `averaging`, `divergence`, `run`, `snapshots`, `trainer`, `moves`,
`fan`, `sweep`.
May import: `data`, `nn`, `inference`, and the modules at the root of `rnnlm`.
"""

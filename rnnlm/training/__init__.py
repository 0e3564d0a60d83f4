"""Training: how a run starts, the state it keeps, and the training loop of the book.

Reading order: `build`, `state`, `curve`, `rate`, `averaging`, `divergence`, `run`, `snapshots`, `trainer`, `moves`,
`fan`, `sweep`.
May import: `data`, `nn` and `inference`; also `options`, `experiment` and `formats`, which all folders may import.
"""

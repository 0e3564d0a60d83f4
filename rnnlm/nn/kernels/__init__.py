"""Code that exists only for speed. Each kernel computes one formula; `simple` has every kernel in plain NumPy.

A percentage in a docstring says how much longer a training step takes without that kernel. Steps were timed for the
book's network (V = 418, D = H = 100, N = 10, T = 5), a PTB-sized network (V = 10,000, N = 20, T = 35) and the preset
`full`. A kernel without a percentage makes a difference of less than 2 %.

Reading order: `simple`, `memory`, `threads`, `products`, `rows`, `blocks`.
May import: NumPy, threadpoolctl, and the modules at the root of `rnnlm`.
"""

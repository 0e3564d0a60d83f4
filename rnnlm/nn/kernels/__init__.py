"""Code that exists only for speed. Every kernel computes one formula; simple.py has the same formula in plain NumPy.

A docstring with a percentage says how much longer a training step would take without the kernel. It was measured at the
book's sizes (V = 418, D = H = 100, N = 10, T = 5), at those of PTB (V = 10,000, N = 20, T = 35) or with the preset
`full`. A kernel without a percentage saves less than 2 %.

Reading order: `simple`, `memory`, `threads`, `products`, `rows`, `blocks`.
May import: NumPy and threadpoolctl; also `options`, `experiment` and `formats`, which all folders may import.
"""

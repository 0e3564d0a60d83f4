"""Code that exists only for speed: every kernel is one formula, and simple.py has each in plain NumPy under its name.

The figures say how much longer a step would take without a kernel: at the book's sizes (V = 418, D = H = 100, N = 10, T
= 5), at those of PTB (V = 10,000, N = 20, T = 35) or of the preset `full`; without a figure it is below 2 %.

Reading order: simple, memory, threads, products, rows, blocks.
May import: NumPy and threadpoolctl; and options, experiment and formats, which lie below all.
"""

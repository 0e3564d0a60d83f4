"""The network: layers, a stack of them, how it starts and how it walks downhill.

Reading order: params, cell, plain, layers, dropout, sampled_softmax, model, optimizer; kernels is about speed.
May import: NumPy and its own kernels; and options, experiment and formats, which lie below all.
"""

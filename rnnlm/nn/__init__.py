"""The network: its layers, the stack of layers, its first weights, and how it walks downhill.

Reading order: `params`, `cell`, `plain`, `layers`, `dropout`, `sampled_softmax`, `model`, `optimizer`. `kernels` is
only about speed.
May import: NumPy, `kernels`, and the modules at the root of `rnnlm`.
"""

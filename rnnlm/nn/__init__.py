"""The network: its layers, the stack of layers, its initial weights and its optimizers.

Reading order: `params`, `cell`, `plain`, `layers`, `dropout`, `sampled_softmax`, `model`, `optimizer`; last `kernels`,
which is about speed.
May import: NumPy; also `options`, `experiment` and `formats`, which all folders may import.
"""

"""The network: its layers, the model that stacks them, its initial weights, and the optimizers.

Reading order: `params`, `cell`, `plain`, `layers`, `dropout`, `sampled_softmax`, `model`, `optimizer`. `kernels` has
code that exists only for speed.
May import: NumPy, `kernels`, and the modules at the root of `rnnlm`.
"""

"""Save runs and networks to files of plain arrays, and load them.

Reading order: `npz`, `checks`, `checkpoint`, `handover`, `moments`, `pretrained`.
May import: `data`, `nn`, `inference`, `training`, and the modules at the root of `rnnlm`.
"""

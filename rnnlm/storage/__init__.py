"""Runs and networks as files of plain arrays.

Reading order: `npz`, `checks`, `checkpoint`, `handover`, `moments`, `pretrained`.
May import: `data`, `nn`, `inference`, `training`, and the modules at the root of `rnnlm`.
"""

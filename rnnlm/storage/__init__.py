"""Files of plain arrays that store runs and networks.

Reading order: `npz`, `checks`, `checkpoint`, `handover`, `moments`, `pretrained`.
May import: `data`, `nn`, `inference`, `training`, and the modules at the root of `rnnlm`.
"""

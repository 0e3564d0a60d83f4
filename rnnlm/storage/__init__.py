"""Runs and networks as files of plain arrays.

Reading order: `npz`, `checks`, `checkpoint`, `handover`, `moments`, `pretrained`.
May import: `data`, `nn`, `inference` and `training`; also `options`, `experiment` and `formats`, which all folders may
import.
"""

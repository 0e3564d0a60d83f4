"""Runs and networks as files of plain arrays.

Reading order: npz, checks, checkpoint, handover, moments, pretrained.
May import: all below: data, nn, inference, training; and options, experiment and formats, which lie below all.
"""

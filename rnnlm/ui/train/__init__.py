"""The page Train: the curve, the bars, the text the network writes, and the settings of the next run.

Reading order: page, reading, excerpt, settings, controls, timeline, notices, training, prediction, writing, explain.
May import: everything that the page may.
"""

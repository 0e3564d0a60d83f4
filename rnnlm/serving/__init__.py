"""Training behind the page.

Reading order: engine.
May import: all below: data, nn, inference, training, storage; and options, experiment and formats, which lie below all.
"""

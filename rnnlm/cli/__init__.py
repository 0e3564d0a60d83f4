"""The command line.

Reading order: parser, flags, train, evaluate, generate, export, bench.
May import: everything but ui, and serving; and options, experiment and formats, which lie below all.
"""

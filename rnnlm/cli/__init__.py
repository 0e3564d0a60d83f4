"""The command line.

Reading order: parser, flags, console, places, train, evaluate, generate, export, lessons, bench.
May import: everything but ui, and serving; and options, experiment and formats, which lie below all.
"""

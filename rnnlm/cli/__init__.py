"""The command line.

Reading order: parser, flags, console, places, train, evaluate, generate, export, lessons, status, bench;
then sweep, sweep_words, sweep_table, sweep_page, cores, cluster.
May import: everything but ui; and options, experiment and formats, which lie below all.
"""

"""What is there for speed alone, each beside what it computes.

Reading order: threads, memory.
May import: NumPy and threadpoolctl; and options, experiment and formats, which lie below all.
"""

"""A network that reads: scoring texts, simple models to compare with, drawing words.

Reading order: reader, scoring, baselines, kneser_ney, sampling, strip, neural_cache.
May import: data, nn; and options, experiment and formats, which lie below all.
"""

"""Using a network: scoring texts, simple models to compare with, drawing words.

Reading order: reader, scoring, baselines, counting, kneser_ney, sampling, numbers, strip, sentence, neural_cache,
guessing, reach, nearest, attribution, copies, luck.
May import: data, nn; and options, experiment and formats, which lie below all.
"""

"""Words as numbers.

Reading order: stages, spelling, vocabulary, corpus, grammar, files, ptb, encoding, writing, own_text, batches.
May import: NumPy alone; and options, experiment and formats, which lie below all.
"""

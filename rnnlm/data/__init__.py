"""Words as numbers.

Reading order: spelling, vocabulary, corpus, grammar, ptb, encoding, writing, own_text, batches.
May import: NumPy alone; and options, experiment and formats, which lie below all.
"""

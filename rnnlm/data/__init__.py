"""Words as numbers.

Reading order: vocabulary, corpus, grammar, ptb, own_text, batches.
May import: NumPy alone; and options, experiment and formats, which lie below all.
"""

"""What one asks the networks and the models that only count: about a sentence, a number u, a word, a name.

Reading order: readers, sentence, sentence_table, sentence_notes, strips, needle, game, guess, cache.
May import: all that the page may.
"""

"""The page Ask: networks and models that only count are asked about a sentence, a number u, a word, a name.

Reading order: page, readers, sentence, sentence_table, sentence_notes, strips, needle, game, guess, cache.
May import: all that the page may.
"""

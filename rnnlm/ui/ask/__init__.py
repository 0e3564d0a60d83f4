"""The Ask page: networks and counting models score a sentence, draw with the same number u, and play a guessing game.

The page also has a neural cache, which makes recently read words more probable.

Reading order: `page`, `readers`, `sentence`, `sentence_table`, `sentence_notes`, `strips`, `needle`, `game`, `guess`,
`cache`.
May import: the same as `ui`.
"""

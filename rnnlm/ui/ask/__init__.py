"""The Ask page: networks and counting models score a sentence and draw words with the same random number u.

The page also has a guessing game, and a neural cache, which makes recently read words more probable.

Reading order: `page`, `readers`, `sentence`, `sentence_table`, `sentence_notes`, `strips`, `needle`, `game`, `guess`,
`cache`.
May import: the same as `ui`.
"""

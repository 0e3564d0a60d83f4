"""The page Ask: networks and counting models answer about a sentence, a number u, a word or a name.

Reading order: `page`, `readers`, `sentence`, `sentence_table`, `sentence_notes`, `strips`, `needle`, `game`, `guess`,
`cache`.
May import: the same as `ui`.
"""

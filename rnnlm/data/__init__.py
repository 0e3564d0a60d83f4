"""From texts to word ids: read and cut a text, number its words, and divide it into windows.

Reading order: `stages`, `spelling`, `vocabulary`, `corpus`, `grammar`, `files`, `ptb`, `encoding`, `writing`,
`own_text`, `batches`.
May import: NumPy, and the modules at the root of `rnnlm`.
"""

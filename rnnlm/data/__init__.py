"""Words as numbers.

Reading order: `stages`, `spelling`, `vocabulary`, `corpus`, `grammar`, `files`, `ptb`, `encoding`, `writing`,
`own_text`, `batches`.
May import: NumPy, and the modules at the root of `rnnlm`.
"""

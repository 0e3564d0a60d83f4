"""Turn text into word ids: read a text, cut it into words, number the words, and divide the text into windows.

Reading order: `stages`, `spelling`, `vocabulary`, `corpus`, `grammar`, `files`, `ptb`, `encoding`, `writing`,
`own_text`, `batches`, `noising`.
May import: NumPy, and the modules at the root of `rnnlm`.
"""

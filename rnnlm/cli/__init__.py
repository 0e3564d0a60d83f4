"""The command line interface.

Reading order: `parser`, `flags`, `console`, `places`, `train`, `evaluate`, `generate`, `export`, `lessons`, `status`,
`bench`; then `sweep`, `sweep_words`, `sweep_table`, `sweep_page`, `cores`, `cluster`.
May import: every folder except `ui`, and the modules at the root of `rnnlm`.
"""

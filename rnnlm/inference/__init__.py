"""Using a network: scoring texts, drawing words, and simpler models to compare it with.

Reading order: `reader`, `scoring`, `counting`, `baselines`, `kneser_ney`, `sampling`, `numbers`, `strip`, `sentence`,
`neural_cache`, `guessing`, `reach`, `nearest`, `attribution`, `copies`, `luck`.
May import: `data`, `nn`, and the modules at the root of `rnnlm`.
"""

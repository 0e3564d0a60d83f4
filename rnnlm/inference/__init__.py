"""Use trained networks: score texts, draw words, and compare networks with simpler models.

Reading order: `reader`, `scoring`, `counting`, `baselines`, `kneser_ney`, `sampling`, `numbers`, `strip`, `sentence`,
`neural_cache`, `guessing`, `reach`, `nearest`, `attribution`, `copies`, `luck`.
May import: `data`, `nn`, and the modules at the root of `rnnlm`.
"""

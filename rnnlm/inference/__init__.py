"""Uses of a network: score texts, compare it with simpler models, draw words, and look at its states and gradients.

Reading order: `reader`, `scoring`, `counting`, `baselines`, `kneser_ney`, `sampling`, `numbers`, `strip`, `sentence`,
`neural_cache`, `guessing`, `reach`, `nearest`, `attribution`, `copies`, `luck`.
May import: `data` and `nn`; also `options`, `experiment` and `formats`, which all folders may import.
"""

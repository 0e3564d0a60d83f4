"""The Inside page: pictures of the network and of its state, one update step by step, and one draw in numbers.

Reading order: `page`, `window`, `words`, `tape`, `picture`, `move_texts`, `moves`, `reach`, `states`, `nearest`,
`attribution`, `numbers`.
May import: the same as `ui`.
"""

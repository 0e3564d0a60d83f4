"""The Inside page: the network as a picture, an update, the state as a picture, and a draw in numbers.

Reading order: `page`, `window`, `words`, `tape`, `picture`, `move_texts`, `moves`, `reach`, `states`, `nearest`,
`attribution`, `numbers`.
May import: the same as `ui`.
"""

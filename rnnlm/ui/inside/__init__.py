"""The Inside page: pictures of the network and its state, the steps of one update, and the numbers behind one draw.

Reading order: `page`, `window`, `words`, `tape`, `picture`, `move_texts`, `moves`, `reach`, `states`, `nearest`,
`attribution`, `numbers`.
May import: the same as `ui`.
"""

"""The page Inside: the network as a picture, one update as a machine, the state as a picture, one draw in numbers.

Reading order: page, window, words, tape, picture, move_texts, moves, reach, states, nearest, attribution, numbers.
May import: everything that the page may.
"""

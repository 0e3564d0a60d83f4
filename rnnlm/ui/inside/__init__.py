"""The page Inside: one update as a machine, the state as a picture, one draw in numbers.

Reading order: window, words, tape, six, moves, reach, states, nearest, matter, numbers.
May import: all that the page may.
"""

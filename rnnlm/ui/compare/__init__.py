"""The page Compare: runs next to each other, their curves, texts and luck, and the copied parts of a text.

Reading order: `page`, `run_names`, `held_out`, `runs`, `copied`, `copies_panel`, `luck`, `fan`, `fan_panel`.
May import: the same as `ui`.
"""

"""The Compare page: the curves and texts of several runs, results with other random numbers, and the copies in a text.

Reading order: `page`, `run_names`, `held_out`, `runs`, `copied`, `copies_panel`, `luck`, `fan`, `fan_panel`.
May import: the same as `ui`.
"""

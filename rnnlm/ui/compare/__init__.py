"""The Compare page: several runs side by side, their curves and texts, and the words copied from the training text.

Reading order: `page`, `run_names`, `held_out`, `runs`, `copied`, `copies_panel`, `luck`, `fan`, `fan_panel`.
May import: the same as `ui`.
"""

"""The page Compare: runs beside each other, their curves, their texts, their luck, and what of a text is copied.

Reading order: page, run_names, held_out, runs, copied, copies_panel, luck, fan, fan_panel.
May import: all that the page may.
"""

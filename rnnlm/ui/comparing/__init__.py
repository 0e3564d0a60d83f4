"""Runs beside each other: their curves, their texts, their luck, and what of a text is copied.

Reading order: kept, names, held_out, runs, copied, copies_panel, luck, fan, fan_panel.
May import: all that the page may.
"""

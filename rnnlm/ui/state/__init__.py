"""The state that all pages share: one visitor's run, moment and text, and the protocol between browser and server.

Reading order: memo, messages, choices, link, shared, shelf, tab, run, session, recovery, mail, press, callbacks, terms,
clock, downloads, text.
May import: everything that the page may.
"""

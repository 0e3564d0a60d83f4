"""The data that all pages share: a visitor's run, snapshot and text, and the messages between browser and server.

Reading order: `memo`, `messages`, `choices`, `link`, `host`, `shared`, `shelf`, `tab`, `run`, `session`, `beat`,
`recovery`, `mail`, `press`, `runner`, `terms`, `clock`, `downloads`, `text`.
May import: the same as `ui`.
"""

"""Each visitor's data on the server, in memory and on disk, and the status report for the operator.

Reading order: `background`, `networks`, `store`, `visitor_files`, `folder`, `polling`, `status`.
May import: the same as `serving`.
"""

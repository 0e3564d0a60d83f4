"""What a server keeps of each visitor, on disk and in memory, and what it tells its operator of them.

Reading order: background, networks, store, visitor_files, folder, polling, status.
May import: all that serving may.
"""

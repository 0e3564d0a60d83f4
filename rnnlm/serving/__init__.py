"""Training on the server, behind the page.

The same run has a different name in each place:

- an `Experiment` describes it,
- a `Trainer` trains it,
- a `WorkerRun` is the run inside a worker process,
- a `Job` is the record of it in the page's process,
- a `View` is the part of it that the page shows,
- a `SavedRun` is its file.

Reading order: `settings`; `worker`, a process that trains; `engine`, which sends runs to workers and answers the page;
`visitors`, which keeps each visitor's data on the server.
May import: `data`, `nn`, `inference`, `training`, `storage`, and the modules at the root of `rnnlm`.
"""

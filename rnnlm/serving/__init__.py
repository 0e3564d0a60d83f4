"""Training on the server: worker processes train the runs that the page shows.

A run is represented by several classes:

- an `Experiment` describes the run,
- a `Trainer` trains the run,
- a `WorkerRun` is the run inside a worker process,
- a `Job` is the record of the run in the page's process,
- a `View` is the part of the run that the page shows,
- a `SavedRun` is the file of the run.

Reading order: `settings`; `worker`, a process that trains; `engine`, which sends runs to workers and answers the page;
`visitors`, which keeps each visitor's data on the server.
May import: `data`, `nn`, `inference`, `training`, `storage`, and the modules at the root of `rnnlm`.
"""

"""Training on the server, behind the page.

Several classes represent a run. `Experiment`: its options. `Trainer`: the run in training. `WorkerRun`: the run inside
a worker process. `Job`: the record of the run in the page's process. `View`: the part that the page shows. `SavedRun`:
the content of its file.

Reading order: `settings`; then the folders `worker` (a process that trains), `engine` (sends runs to workers and
answers the page) and `visitors` (keeps each visitor's data on the server).
May import: `data`, `nn`, `inference`, `training` and `storage`; also `options`, `experiment` and `formats`, which all
folders may import.
"""

"""Training behind the page.

A run has a different name in each place: an Experiment describes it, a Trainer trains it, a WorkerRun is a run inside a
worker process, a Job is the page process's record of it, a View is the part that the page shows, and a SavedRun is its
file.

Reading order: settings; worker is a process that trains; engine sends runs to workers and answers the page; visitors
keeps each visitor's data on the server.
May import: all below: data, nn, inference, training, storage; and options, experiment and formats, which lie below all.
"""

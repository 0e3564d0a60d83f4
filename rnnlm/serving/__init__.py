"""Training behind the page.

A run has a name in each place: an Experiment says what it is, a Trainer trains it, a WorkerRun is one in a worker
process, a Job is what the page's process knows of it, and a View what of it is shown; a SavedRun is its file.

Reading order: settings; worker is a process that trains; engine sends runs to workers and answers the page; visitors is
what a server keeps of each visitor.
May import: all below: data, nn, inference, training, storage; and options, experiment and formats, which lie below all.
"""

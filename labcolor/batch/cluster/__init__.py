"""Other machines that colour the photographs of a run: the workers of a Dask cluster (extra).

Plan, lock, journal and the giving of names stay with the process that runs. A task that a dead
worker held is given to another, so it may be done twice; that does no harm, since only one process
gives names.
"""

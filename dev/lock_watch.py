"""How long programs wait for each other's locks in a database, looked at all the time."""

import threading

from dev import postgres

QUERY = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)
  FROM pg_locks WHERE NOT granted AND database = (
       SELECT oid FROM pg_database WHERE datname = '{database}')
"""
#: Seconds between two looks: a shorter wait may be missed.
PAUSE = 0.1


class LockWatch(threading.Thread):
    """Keeps the longest wait seen, in seconds, as ``longest``."""

    def __init__(self, database):
        super().__init__(daemon=True)
        self.database, self.longest = database, 0.0
        self._over = threading.Event()

    def run(self):
        """Look until told to stop."""
        query = QUERY.format(database=self.database)
        while not self._over.wait(PAUSE):
            self.longest = max(self.longest, float(postgres.psql("postgres", query)))

    def stop(self):
        """End; return the longest wait."""
        self._over.set()
        self.join()
        return self.longest

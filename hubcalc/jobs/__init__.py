"""Studies as jobs: kept in SQLite, done in chunks by other processes, and never lost."""

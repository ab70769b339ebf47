"""What the studio remembers, in one SQLite file on this machine; nothing of it leaves it."""

"""The layout of the database, step by step. Steps are added, never changed."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            patch TEXT NOT NULL,
            created REAL NOT NULL,
            updated REAL NOT NULL
        )""",
        """CREATE TABLE presets (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            instrument TEXT NOT NULL,
            tags TEXT NOT NULL,
            patch TEXT NOT NULL,
            created REAL NOT NULL,
            updated REAL NOT NULL
        )""",
        "CREATE INDEX presets_by_instrument ON presets (instrument, name)",
        """CREATE TABLE takes (
            id TEXT PRIMARY KEY,
            session TEXT REFERENCES sessions (id) ON DELETE SET NULL,
            name TEXT NOT NULL,
            seconds REAL NOT NULL,
            patch TEXT NOT NULL,
            created REAL NOT NULL
        )""",
        """CREATE TABLE uploads (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            created REAL NOT NULL
        )""",
        """CREATE TABLE lineage (
            id TEXT PRIMARY KEY,
            session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            parent TEXT REFERENCES lineage (id) ON DELETE CASCADE,
            label TEXT NOT NULL,
            place TEXT NOT NULL,
            liked INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL
        )""",
        "CREATE INDEX lineage_by_session ON lineage (session, created)",
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            request TEXT NOT NULL,
            state TEXT NOT NULL,
            done REAL NOT NULL DEFAULT 0,
            message TEXT NOT NULL DEFAULT '',
            result TEXT NOT NULL DEFAULT '{}',
            created REAL NOT NULL,
            ended REAL
        )""",
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE usage (what TEXT PRIMARY KEY, count INTEGER NOT NULL, last REAL NOT NULL)",
    ),
    (
        # A search is kept as the engine writes it: sounds may have several parents.
        "DROP TABLE lineage",
        """CREATE TABLE searches (
            session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
            lineage TEXT NOT NULL,
            updated REAL NOT NULL
        )""",
    ),
    # When a job left the queue: what it waited is no time of its own.
    ("ALTER TABLE jobs ADD COLUMN started REAL",),
    (
        "ALTER TABLE presets ADD COLUMN line TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE presets ADD COLUMN other TEXT",
        "ALTER TABLE presets ADD COLUMN morph REAL NOT NULL DEFAULT 0",
        "ALTER TABLE presets ADD COLUMN phrase TEXT",
    ),
    (
        # A session that goes from instrument to instrument keeps a search of each bundle.
        "ALTER TABLE searches RENAME TO searches_of_one",
        """CREATE TABLE searches (
            session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            bundle TEXT NOT NULL,
            lineage TEXT NOT NULL,
            updated REAL NOT NULL,
            PRIMARY KEY (session, bundle)
        )""",
        """INSERT INTO searches
            SELECT session, json_extract(lineage, '$.bundle'), lineage, updated
            FROM searches_of_one""",
        "DROP TABLE searches_of_one",
    ),
    (
        # A recorded voice and, once it is painted, what its picture was asked for.
        """CREATE TABLE voice_takes (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            seconds REAL NOT NULL,
            picture TEXT,
            created REAL NOT NULL
        )""",
    ),
    (
        # Of a room: which replica plays a session, and what its replicas have to tell one another.
        "ALTER TABLE sessions ADD COLUMN player TEXT",
        """CREATE TABLE news (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            author TEXT NOT NULL
        )""",
        "CREATE INDEX news_by_session ON news (session)",
    ),
)

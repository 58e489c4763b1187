#!/usr/bin/env python3
"""A database that another program made: used in place, and left as it was."""

import contextlib
import sqlite3

import support

fernet = support.require("cryptography.fernet")

OTHER_PROGRAM = """
CREATE TABLE generations (id TEXT PRIMARY KEY, prompt TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE api_providers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL, model_name TEXT, base_url TEXT, settings TEXT, is_active BOOLEAN DEFAULT 1,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, provider_id TEXT NOT NULL, key_value TEXT NOT NULL, description TEXT,
    environment TEXT DEFAULT 'default', is_active BOOLEAN DEFAULT 1, last_used_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (provider_id) REFERENCES api_providers(id));
CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id);
PRAGMA user_version = 42;
INSERT INTO generations VALUES ('g1', 'a banana', '2025-09-12T08:00:00');
INSERT INTO api_providers VALUES ('p1', 'acme', 'Acme', 'https://acme.example/v1', 'bearer', 'm', 'https://acme.example',
    '{"timeout": 30}', 1, '2025-09-12T08:00:00', '2025-09-12T08:00:00');
"""


class ForeignDatabaseTest(support.Case):
    def setUp(self):
        super().setUp()
        self.file = self.home.work / "other.db"
        token = fernet.Fernet(fernet.Fernet.generate_key()).encrypt(b"acme-key").decode()
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.executescript(OTHER_PROGRAM)
            database.execute("INSERT INTO api_keys (id, provider_id, key_value) VALUES ('k1', 'p1', ?)", (token,))

    def snapshot(self):
        """What the other program knows of: its schema objects, its rows, its pragmas."""
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            return [
                database.execute("SELECT name, sql FROM sqlite_master WHERE name IN "
                                 "('generations', 'api_providers', 'api_keys', 'idx_api_keys_provider_id') "
                                 "ORDER BY name").fetchall(),
                database.execute("SELECT * FROM generations").fetchall(),
                database.execute("SELECT * FROM api_providers WHERE name = 'acme'").fetchall(),
                database.execute("SELECT * FROM api_keys WHERE id = 'k1'").fetchall(),
                [database.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "journal_mode", "application_id")],
            ]

    def providers(self):
        return {row["name"]: row for row in self.home.json("--db", self.file, "provider", "list")["providers"]}

    def test_is_used_in_place_and_stays_as_it_was(self):
        before = self.snapshot()
        self.succeed("--db", self.file, "init")
        self.assertEqual(set(self.providers()), {"acme"}, "rows come when a person asks for them")
        self.assertEqual(self.providers()["acme"]["state"], "no plugin")
        [key] = self.home.json("--db", self.file, "key", "list")["keys"]
        self.assertIn(key["state"], ("unsealed", "needs re-entry"))
        self.succeed("--db", self.file, "configure", "--provider", "gemini", "--no-verify", "--api-key-stdin",
                     text=self.emulator.key)
        self.succeed("--db", self.file, "provider", "set", "gemini", "--endpoint", self.emulator.url, "--allow-private")
        self.succeed("--db", self.file, "generate", "a cat", "--out", "a.img")
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(set(self.providers()), {"acme", "gemini"})

    def test_what_is_no_database_is_refused(self):
        text = self.home.work / "text.db"
        text.write_text("this is no database, and must stay as it is\n" * 100)
        done = self.fail_with(8, "--db", text, "provider", "list")
        self.assertIn("text.db", done.stderr)
        self.assertTrue(text.read_text().startswith("this is no database"))


if __name__ == "__main__":
    support.main()

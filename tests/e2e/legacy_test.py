#!/usr/bin/env python3
"""The database of the system that was there before, used in place: its keys open under its old Fernet key, and of what
it stored nothing changes but the last use of a key."""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess

import support

fernet = support.require("cryptography.fernet")

RECORDED = support.FIXTURES / "legacy"
# How that system makes its key where nobody named one; this stands in its public source.
OLD_KEY = base64.urlsafe_b64encode(
    hashlib.pbkdf2_hmac("sha256", b"bananagen", b"bananastaticsalt", 100_000, 32)).decode()
PASSPHRASE = "an old, secret pässphrase"  # or from a passphrase, filled up with NUL
PADDED_KEY = base64.urlsafe_b64encode(PASSPHRASE.encode()[:32].ljust(32, b"\0")).decode()

TABLES = """
CREATE TABLE generations (id TEXT PRIMARY KEY, prompt TEXT NOT NULL, created_at TEXT NOT NULL, metadata TEXT);
CREATE TABLE batches (id TEXT PRIMARY KEY, job_count INTEGER NOT NULL, status TEXT NOT NULL);
CREATE TABLE scans (id TEXT PRIMARY KEY, root TEXT NOT NULL, replace BOOLEAN NOT NULL);
CREATE TABLE api_providers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL, model_name TEXT, base_url TEXT, settings TEXT, is_active BOOLEAN DEFAULT 1,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, provider_id TEXT NOT NULL, key_value TEXT NOT NULL, description TEXT,
    environment TEXT DEFAULT 'default', is_active BOOLEAN DEFAULT 1, last_used_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (provider_id) REFERENCES api_providers(id));
CREATE INDEX idx_api_providers_name ON api_providers(name);
CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id);
CREATE INDEX idx_api_keys_environment ON api_keys(environment);
INSERT INTO generations VALUES ('g1', 'a banana', '2025-09-12T08:00:00', '{"x": 1}');
INSERT INTO batches VALUES ('b1', 3, 'done');
INSERT INTO scans VALUES ('s1', '/pictures', 0);
PRAGMA user_version = 42;
"""

# Bytes of the header that every writer moves: change counter and size, free list, schema cookie, "version valid for"
# and the version of the library.
MOVING = set(range(24, 48)) - set(range(44, 48)) | set(range(92, 100))


def header(file):
    first = file.read_bytes()[:100]
    return bytes(byte for at, byte in enumerate(first) if at not in MOVING)


def pages(file, numbers):
    """The bytes of the pages that held their data at the beginning, but the first, which lists all tables."""
    data = file.read_bytes()
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    return {number: hashlib.sha256(data[(number - 1) * size:number * size]).hexdigest() for number in numbers}


def page_count(file):
    return int.from_bytes(file.read_bytes()[28:32], "big")


def snapshot(file):
    """All that the other system can see of its own: objects, where they lie, and every row to the byte."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        objects = database.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE tbl_name NOT "
                                   "LIKE 'patchbay%' ORDER BY name").fetchall()
        found = {"objects": objects, "header": header(file)}
        for kind, name, *_ in objects:
            if kind == "table":
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
                shown = ", ".join(f"typeof({column}), hex({column})" for column in columns)
                found[name] = database.execute(f"SELECT rowid, {shown} FROM {name} ORDER BY rowid").fetchall()
        for pragma in ("journal_mode", "user_version", "application_id", "encoding", "auto_vacuum", "page_size"):
            found[pragma] = database.execute(f"PRAGMA {pragma}").fetchone()
        return found


class Legacy:
    """The tests, for any file of that system; `make` writes it and returns the plain text of each key by id."""

    old_key, import_words = OLD_KEY, ()

    def setUp(self):
        super().setUp()
        self.file = self.home.work / "old.db"
        self.plain = self.make()
        self.file.chmod(0o644)

    def add(self, key_value, name="gemini", key_id="aaaaaaaa-2222-4333-8444-555555555555"):
        """What a person adds with that system's own means: a row for the provider and a key."""
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("INSERT INTO api_providers (id, name, display_name, endpoint_url, auth_type, model_name) "
                             "VALUES (?, ?, 'Theirs', ?, 'api_key', 'gemini-2.5-flash-image')",
                             (f"{name}-id", name, self.emulator.url))
            token = fernet.Fernet(self.old_key).encrypt(key_value.encode()).decode()
            database.execute("INSERT INTO api_keys (id, provider_id, key_value, description, environment, created_at) "
                             "VALUES (?, ?, ?, 'by hand', 'production', '2025-09-12T08:00:00.1')",
                             (key_id, f"{name}-id", token))
        self.plain[key_id] = key_value
        return key_id

    def run_on(self, *arguments, **more):
        return self.succeed("--db", self.file, *arguments, **more)

    def keys(self):
        return {key["id"]: key for key in self.home.json("--db", self.file, "key", "list")["keys"]}

    def import_old_key(self):
        self.run_on("vault", "import-fernet-key", "--fernet-key-stdin", *self.import_words,
                    text=PASSPHRASE if self.import_words else self.old_key)

    def test_is_listed_where_it_stands(self):
        before = snapshot(self.file)
        listed = self.home.json("--db", self.file, "provider", "list")["providers"]
        self.assertEqual({row["name"] for row in listed}, {"openrouter", "requesty"})
        self.assertEqual(snapshot(self.file), before)
        self.run_on("init")
        self.assertEqual(set(self.keys()), set(self.plain))
        self.assertEqual({key["state"] for key in self.keys().values()}, {"needs re-entry"})
        self.assertEqual(snapshot(self.file), before)

    def test_every_key_opens_under_the_old_fernet_key(self):
        self.run_on("init")
        before, size = snapshot(self.file), page_count(self.file)
        self.import_old_key()
        self.assertEqual({key["state"] for key in self.keys().values()}, {"unsealed"})
        self.assertIn(f"{len(self.plain)}, of which 0 cannot be decrypted", self.run_on("vault", "status").stdout)
        self.assertGreater(size, 5)
        exported = self.run_on("vault", "export-fernet-key", "--version-number", "2").stdout.strip()
        self.assertEqual(exported, self.old_key)
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            rows = dict(database.execute("SELECT id, key_value FROM api_keys"))
        opened = {key: fernet.Fernet(exported).decrypt(token.encode()).decode() for key, token in rows.items()}
        self.assertEqual(opened, self.plain)
        self.assertEqual(snapshot(self.file), before)

    def test_another_old_key_opens_none_and_is_no_harm(self):
        self.run_on("init")
        before = snapshot(self.file)
        self.run_on("vault", "import-fernet-key", "--fernet-key-stdin", text=fernet.Fernet.generate_key().decode())
        self.assertEqual({key["state"] for key in self.keys().values()}, {"needs re-entry"})
        self.import_old_key()
        self.assertEqual({key["state"] for key in self.keys().values()}, {"unsealed"})
        self.assertEqual(snapshot(self.file), before)

    def test_a_key_is_approved_and_used_and_only_its_last_use_is_written(self):
        key_id = self.add(self.emulator.key)
        numbers = range(2, page_count(self.file) + 1)
        before, bytes_before = snapshot(self.file), pages(self.file, numbers)
        self.run_on("init")
        self.import_old_key()
        self.run_on("provider", "set", "gemini", "--allow-private")
        self.run_on("key", "approve", key_id[:8], "--yes")
        self.assertEqual(self.keys()[key_id]["state"], "active")
        self.assertEqual(pages(self.file, numbers), bytes_before, "no byte of their pages")
        self.run_on("generate", "a cat", "--env", "production", "--out", "cat.img")
        self.assertGreater((self.home.work / "cat.img").stat().st_size, 1000)
        self.assertEqual(self.keys()[key_id]["state"], "used")
        after = snapshot(self.file)
        self.assertNotEqual(after["api_keys"], before["api_keys"])
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("UPDATE api_keys SET last_used_at = NULL WHERE id = ?", (key_id,))
        self.assertEqual(snapshot(self.file), before, "all but the last use of the one key")
        changed = [number for number in numbers if pages(self.file, [number])[number] != bytes_before[number]]
        roots = [row[3] for row in before["objects"] if row[2] != "api_keys"]
        self.assertFalse(set(changed) & set(roots), "the pages of other tables stay to the byte")

    def add_to(self, name, key_value):
        """One more key for a provider that is there already."""
        key_id = f"{name[:4]:0<8}-3333-4333-8444-555555555555"
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            token = fernet.Fernet(self.old_key).encrypt(key_value.encode()).decode()
            database.execute("INSERT INTO api_keys (id, provider_id, key_value, description, environment, created_at) "
                             "SELECT ?, id, ?, 'by hand', 'production', '2025-09-12T08:00:00.1' FROM api_providers "
                             "WHERE name = ?", (key_id, token, name))
        return key_id

    def test_generates_through_the_providers_that_stand_in_it(self):
        access = {name: self.emulator.providers[name] for name in ("openrouter", "requesty")}
        keys = {name: self.add_to(name, access[name]["key"]) for name in access}
        self.run_on("init")
        self.import_old_key()
        for name, model in (("openrouter", "google/gemini-2.5-flash-image"), ("requesty", "vertex/gemini-2.5-flash-image")):
            self.run_on("provider", "set", name, "--endpoint", access[name]["base_url"], "--allow-private", "--model", model)
            self.run_on("key", "approve", keys[name], "--yes")
            document = self.home.json("--db", self.file, "generate", "a cat", "--env", "production", "--provider", name,
                                      "--out", f"{name}.img")
            self.assertEqual((document["provider"], document["model"]), (name, model))
            self.assertEqual(self.keys()[keys[name]]["state"], "used")

    def test_a_refused_key_is_switched_off_and_nothing_else(self):
        key_id = self.add(self.emulator.bad_key)
        before = snapshot(self.file)
        self.run_on("init")
        self.import_old_key()
        self.run_on("provider", "set", "gemini", "--allow-private")
        self.run_on("key", "approve", key_id, "--yes")
        self.fail_with(4, "--db", self.file, "generate", "a cat", "--env", "production", "--out", "cat.img")
        self.assertEqual(self.keys()[key_id]["state"], "inactive")
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            self.assertEqual(database.execute("SELECT is_active FROM api_keys WHERE id = ?", (key_id,)).fetchone(), (0,))
            database.execute("UPDATE api_keys SET is_active = 1 WHERE id = ?", (key_id,))
        self.assertEqual(snapshot(self.file), before, "is_active alone")

    def test_a_provider_of_ours_is_configured_into_it(self):
        before = snapshot(self.file)
        self.run_on("init")
        self.run_on("configure", "--provider", "gemini", "--no-verify", "--api-key-stdin", text=self.emulator.key)
        self.run_on("provider", "set", "gemini", "--endpoint", self.emulator.url, "--allow-private")
        self.run_on("generate", "a cat", "--out", "a.img")
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("DELETE FROM api_keys WHERE provider_id IN (SELECT id FROM api_providers WHERE name = 'gemini')")
            self.assertEqual(database.execute("DELETE FROM api_providers WHERE name = 'gemini'").rowcount, 1)
        self.assertEqual(snapshot(self.file), before, "two rows were added, and that is all")

    def test_programs_that_start_together_migrate_it_once(self):
        before = snapshot(self.file)
        command = self.home.command("--db", self.file, "db", "migrate")
        running = [subprocess.Popen(command, cwd=self.home.work, env=support.environment(), stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True) for _ in range(4)]
        for process in running:
            _, words = process.communicate(timeout=support.TIME_MAX)
            self.assertEqual(process.returncode, 0, words)
        self.assertEqual(snapshot(self.file), before)
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            versions = [row[0] for row in database.execute("SELECT version FROM patchbay_migrations ORDER BY version")]
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.assertEqual(versions, sorted(set(versions)))
        self.assertGreater(len(versions), 0)

    def test_migrating_again_changes_no_byte(self):
        self.run_on("db", "migrate")
        before = self.file.read_bytes()
        self.run_on("db", "migrate")
        self.run_on("db", "status")
        self.assertEqual(self.file.read_bytes(), before)

    def test_a_newer_schema_is_refused_untouched(self):
        self.run_on("init")
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("INSERT INTO patchbay_migrations (version, name, checksum) VALUES (9999, 'later', 'x')")
        before = self.file.read_bytes()
        for words in (("provider", "list"), ("db", "migrate"), ("generate", "a cat", "--out", "x.img")):
            done = self.fail_with(8, "--db", self.file, *words)
            self.assertIn("newer", done.stderr)
        self.assertEqual(self.file.read_bytes(), before)


class MadeUpTest(Legacy, support.Case):
    """A file of the same making, with keys under its passphrase."""

    old_key, import_words = PADDED_KEY, ("--padded",)

    def make(self):
        plain = {}
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.executescript(TABLES)
            for name in ("openrouter", "requesty"):
                database.execute("INSERT INTO api_providers VALUES (?, ?, ?, ?, 'bearer', 'm', 'https://old.example', "
                                 "'{\"timeout\": 30}', 1, '2025-09-12T08:00:00', '2025-09-12T08:00:00')",
                                 (f"{name}-id", name, name.title(), f"https://{name}.example/v1"))
                for environment in ("production", "development"):
                    key = f"{name}-{environment}"
                    plain[key] = f"sk-made-up-{key}-0123456789"
                    token = fernet.Fernet(PADDED_KEY).encrypt(plain[key].encode()).decode()
                    database.execute("INSERT INTO api_keys VALUES (?, ?, ?, 'theirs', ?, 1, NULL, "
                                     "'2025-09-12T08:00:00.389042', '2025-09-12T08:00:00.389042')",
                                     (key, f"{name}-id", token, environment))
        return plain


class RecordedTest(Legacy, support.Case):
    """The file that the real program wrote."""

    def setUp(self):
        if not RECORDED.is_dir():
            self.skipTest("NO RECORDED DATABASE: set PATCHBAY_FIXTURES")
        super().setUp()

    def make(self):
        self.file.write_bytes((RECORDED / "bananagen.db").read_bytes())
        return json.loads((RECORDED / "bananagen.plain.json").read_text())


class NoDatabaseTest(support.Case):
    emulated = False

    def test_what_is_no_database_is_refused(self):
        text = self.home.work / "text.db"
        text.write_text("this is no database, and must stay as it is\n" * 100)
        done = self.fail_with(8, "--db", text, "provider", "list")
        self.assertIn("text.db", done.stderr)
        self.assertTrue(text.read_text().startswith("this is no database"))


if __name__ == "__main__":
    support.main()

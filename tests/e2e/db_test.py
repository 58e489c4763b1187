#!/usr/bin/env python3
"""The database as its keeper sees it: what it is, copies of it, damage, and schemas older and newer than ours."""

import contextlib
import os
import pathlib
import sqlite3

import support


class StatusTest(support.Case):
    emulated = False

    def test_tells_what_is_there_and_changes_nothing(self):
        self.succeed("init")
        before = self.home.files()
        document = self.home.json("db", "status")
        self.assertEqual(document["file"], str(self.home.database))
        self.assertEqual(document["size"], self.home.database.stat().st_size)
        self.assertEqual((document["origin"], document["usable"], document["pending"]), ("own", True, []))
        known = sorted(path.name for path in (support.SOURCE / "migrations").glob("*.sql"))
        self.assertEqual([f"{step['version']:04}_{step['name']}.sql" for step in document["migrations"]], known)
        self.assertIn("up to date", self.succeed("db", "status").stdout)
        self.assertEqual(self.home.files(), before)

    def test_makes_nothing_where_nothing_is(self):
        for command in (("db", "status"), ("db", "check"), ("db", "migrate", "--dry-run"),
                        ("db", "backup", "--out", "copy.db")):
            done = self.fail_with(8, *command)
            self.assertIn("patchbay init", done.stderr)
            self.assertFalse(self.home.path.exists())
            self.assertEqual(list(self.home.work.iterdir()), [])


class MigrateTest(support.Case):
    emulated = False

    def foreign(self):
        file = self.home.work / "theirs.db"
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("CREATE TABLE theirs (x)")
        return file

    def test_tells_what_is_to_come_before_it_is_done(self):
        file = self.foreign()
        before = file.read_bytes()
        steps = self.home.json("--db", file, "db", "migrate", "--dry-run")["pending"]
        self.assertGreater(len(steps), 3)
        self.assertEqual(self.home.json("--db", file, "db", "status")["pending"], steps)
        self.assertIn("to come", self.succeed("--db", file, "db", "status").stdout)
        self.assertEqual(file.read_bytes(), before)
        self.assertEqual(self.home.json("--db", file, "db", "migrate")["applied"], steps)
        document = self.home.json("--db", file, "db", "status")
        self.assertEqual((document["origin"], document["pending"]), ("foreign", []))
        self.assertEqual(self.home.json("--db", file, "db", "migrate")["applied"], [])

    def test_a_database_of_a_newer_program_is_refused_by_every_command(self):
        self.succeed("init")
        self.home.sql("INSERT INTO patchbay_migrations (version, name, checksum) VALUES (99, 'future', 'x')")
        before = self.home.files()
        for command in (("db", "migrate"), ("db", "migrate", "--dry-run"), ("status",), ("key", "list")):
            done = self.fail_with(8, *command)
            self.assertIn("was migrated by a newer Patchbay (step 99)", done.stderr)
            self.assertIn("use that version of Patchbay", done.stderr)
        done = self.home.run("--json", "db", "status")
        self.assertEqual(done.returncode, 8)
        self.assertIn('"usable": false', done.stdout)
        self.assertIn("newer Patchbay", done.stderr)
        self.assertEqual(self.home.files(), before)
        self.succeed("db", "backup", "--out", "copy.db")

    def test_never_puts_an_empty_database_in_the_place_of_a_lost_one(self):
        self.succeed("init")
        self.home.database.unlink()
        self.assertIn("though this home has a vault", self.fail_with(8, "db", "migrate").stderr)
        self.assertFalse(self.home.database.exists())


class BackupTest(support.Case):
    def test_a_copy_works_in_the_place_of_the_original(self):
        self.configure()
        document = self.home.json("db", "backup", "--out", "copy.db")
        self.assertEqual((document["file"], document["verified"]), ("copy.db", True))
        copy = self.home.work / "copy.db"
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in self.home.work.iterdir()], ["copy.db"])
        self.home.database.unlink()
        copy.rename(self.home.database)
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_nothing_is_overwritten(self):
        self.succeed("init")
        taken = self.home.work / "taken"
        taken.write_text("precious")
        self.assertIn("exists already", self.fail_with(2, "db", "backup", "--out", taken).stderr)
        self.assertEqual(taken.read_text(), "precious")
        dangling = self.home.work / "dangling"
        dangling.symlink_to("nowhere")
        self.fail_with(2, "db", "backup", "--out", dangling)
        self.assertFalse((self.home.work / "nowhere").exists())

    def test_a_place_that_is_none_is_named(self):
        self.succeed("init")
        self.assertIn("none/copy.db", self.fail_with(2, "db", "backup", "--out", "none/copy.db").stderr)
        self.fail_with(2, "db", "backup")


class DamageTest(support.Case):
    emulated = False

    def damage(self, page):
        """Overwrites the middle of one page of 4096 bytes."""
        with open(self.home.database, "r+b") as file:
            file.seek(page * 4096 + 100)
            file.write(os.urandom(3000))

    def page_of(self, name):
        [(page,)] = self.home.sql("SELECT rootpage FROM sqlite_schema WHERE name = ?", name)
        return page - 1

    def test_damage_is_found_and_nothing_of_it_copied(self):
        self.succeed("init")
        self.home.sql("INSERT INTO patchbay_attempts (id, provider, operation, started_at, started_unix_ms, outcome, "
                      "message) VALUES ('a', 'p', 'image', '2026-01-01', 1, 'ok', ?)", "x" * 2000)
        self.damage(self.page_of("patchbay_attempts"))
        before = self.home.files()
        done = self.fail_with(8, "db", "check")
        self.assertIn("is damaged", done.stderr)
        self.assertIn("restore it from a backup", done.stderr)
        self.fail_with(8, "db", "backup", "--out", "copy.db")
        self.assertEqual(self.home.files(), before)

    def test_damage_is_told_of_by_any_command_and_stops_none_that_does_not_meet_it(self):
        self.succeed("init")
        self.assertNotIn("damage", self.succeed("provider", "list").stderr)
        self.home.sql("INSERT INTO patchbay_attempts (id, provider, operation, started_at, started_unix_ms, outcome, "
                      "message) VALUES ('a', 'p', 'image', '2026-01-01', 1, 'ok', ?)", "x" * 2000)
        self.damage(self.page_of("patchbay_attempts"))
        done = self.succeed("provider", "list")
        self.assertIn("shows damage", done.stderr)
        self.assertIn("patchbay db check", done.stderr)
        self.assertIn("gemini", done.stdout)

    def test_what_is_no_database_is_called_that(self):
        self.succeed("init")
        self.home.database.write_bytes(b"not a database, but long enough to have a header" * 100)
        for command in (("db", "check"), ("db", "status"), ("status",)):
            self.assertIn("is not a SQLite database", self.fail_with(8, *command).stderr)

    def test_a_sound_one_may_be_read_only(self):
        self.succeed("init")
        self.home.database.chmod(0o400)
        self.home.path.chmod(0o500)
        self.addCleanup(pathlib.Path.chmod, self.home.path, 0o700)
        self.assertIn("sound", self.succeed("db", "check").stdout)
        self.succeed("db", "status")


if __name__ == "__main__":
    support.main()

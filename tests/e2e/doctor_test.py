#!/usr/bin/env python3
"""`doctor`: each check with its result, on whole homes, broken ones and none; it changes nothing and calls nobody."""

import json
import os
import resource
import shutil

import support


class Case(support.Case):
    def examine(self, *arguments, code=0, **more):
        """The report, after checking that nothing was made or changed, and the exit code fits."""
        before = self.home.files()
        done = self.home.run("--json", *arguments, "doctor", **more)
        self.assertEqual(self.home.files(), before)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["ok"], code == 0)
        results = [check["result"] for check in report["checks"]]
        self.assertEqual((report["failures"], report["warnings"]), (results.count("failure"), results.count("warning")))
        self.assertEqual(done.stderr, "")
        for check in report["checks"]:
            self.assertTrue(check["detail"])
            self.assertEqual(bool(check["hint"]), check["result"] != "ok", check)
        return report

    def check(self, report, name, group=None):
        found = [check for check in report["checks"] if check["check"] == name and group in (None, check["group"])]
        self.assertEqual(len(found), 1, (name, report["checks"]))
        return found[0]

    def expect(self, report, name, result, words=""):
        check = self.check(report, name)
        self.assertEqual(check["result"], result, check)
        self.assertIn(words, check["detail"])
        return check

    def setting(self, report, name):
        return next((row["value"], row["origin"]) for row in report["settings"] if row["name"] == name)


class WholeHomeTest(Case):
    def test_all_is_well_in_a_home_that_works(self):
        self.configure()
        self.succeed("generate", "a cat", "--out", "a.img")
        requests = self.emulator.request_count()
        report = self.examine()
        self.assertEqual(report["failures"], 0)
        for name, words in (("folder", str(self.home.path)), ("settings", "reads well"), ("database", "sound"),
                            ("schema", "made by Patchbay"), ("vault", "project "), ("service key", "opens the vault"),
                            ("owner key", "can sign"), ("protection", "encrypted"), ("core dumps", "off"),
                            ("tracing", "cannot"), ("gemini.so", "bundled"), ("placeholder.so", "bundled"),
                            ("gemini", "dev.patchbay.gemini"), ("keys of gemini", "1 used"), ("proxy", "none")):
            self.expect(report, name, "ok", words)
        self.assertEqual(self.emulator.request_count(), requests, "it calls nobody")
        self.assertNotIn(self.emulator.key, json.dumps(report))

    def test_names_every_version(self):
        versions = self.examine()["versions"]
        self.assertEqual(versions["patchbay"], self.home.json("version")["version"])
        for name in ("plugin ABI", "SQLite", "libcurl", "libsodium", "OpenSSL"):
            self.assertRegex(versions[name], r"^\d+\.\d+", name)
        self.assertRegex(versions["compiler"], r"(g\+\+|clang) ?\d+")

    def test_text_says_the_same(self):
        self.configure()
        text = self.succeed("doctor").stdout
        for words in ("VERSIONS", "RESULT", "SETTING", "libsodium", str(self.home.database), "timeouts.image", "300 s"):
            self.assertIn(words, text)
        self.assertRegex(text, r"(?m)^(All is well\.|Nothing is wrong; \d+ warnings?\.)$")

    def test_works_while_the_database_is_in_use(self):
        self.succeed("init")
        with support.contextlib.closing(support.sqlite3.connect(self.home.database)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            done = self.home.run("--json", "doctor")
        self.assertEqual(done.returncode, 0, done.stderr)


class NoHomeTest(Case):
    emulated = False

    def test_makes_nothing_where_nothing_is(self):
        report = self.examine()
        self.assertFalse(self.home.path.exists())
        for name in ("folder", "database", "vault"):
            self.assertIn("init", self.expect(report, name, "warning")["hint"])

    def test_says_when_no_home_can_be_told(self):
        done = support.subprocess.run([support.PROGRAM, "--json", "doctor"], text=True, capture_output=True,
                                      env={"PATH": os.environ["PATH"]}, cwd=self.home.work)
        self.assertEqual(done.returncode, 1)
        report = json.loads(done.stdout)
        self.assertIn("HOME is not set", next(c["detail"] for c in report["checks"] if c["result"] == "failure"))
        self.assertIn("libcurl", report["versions"])


class BrokenHomeTest(Case):
    def test_a_file_of_settings_that_does_not_parse(self):
        self.configure()
        (self.home.path / "patchbay.toml").write_text("environment = \n")
        report = self.examine(code=1)
        self.assertIn("patchbay.toml:1", self.expect(report, "settings", "failure")["detail"])
        self.expect(report, "database", "ok")

    def test_an_unknown_setting(self):
        self.succeed("init")
        with open(self.home.path / "patchbay.toml", "a", encoding="utf-8") as file:
            file.write("[timeout]\nimage = 3\n")
        self.expect(self.examine(code=1), "settings", "failure", "unknown key `timeout`")

    def test_a_damaged_database(self):
        self.configure()
        [(page,)] = self.home.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'patchbay_attempts'")
        with open(self.home.database, "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"x" * 4096)
        report = self.examine(code=1)
        self.assertIn("backup", self.expect(report, "database", "failure", "damaged")["hint"])
        self.expect(report, "gemini.so", "ok")

    def test_what_is_no_database(self):
        self.configure()
        self.home.database.write_bytes(b"x" * 10000)
        self.expect(self.examine(code=1), "database", "failure", "not a SQLite database")
        self.home.database.unlink()
        self.expect(self.examine(code=1), "database", "failure", "though this home has a vault")
        self.home.database.mkdir()
        self.expect(self.examine(code=1), "database", "failure", "is a directory")

    def test_a_database_of_a_newer_program(self):
        self.configure()
        self.home.sql("INSERT INTO patchbay_migrations (version, name, checksum) VALUES (99, 'future', 'x')")
        self.expect(self.examine(code=1), "schema", "failure", "newer Patchbay")

    def test_a_database_that_is_not_migrated_yet(self):
        file = self.home.work / "theirs.db"
        with support.contextlib.closing(support.sqlite3.connect(file)) as connection, connection:
            connection.execute("CREATE TABLE theirs (x)")
        self.expect(self.examine("--db", file), "schema", "warning", "still to come")

    def test_permissions(self):
        self.configure()
        for name, mode, check, result, words in (
                (".", 0o777, "folder", "failure", "writable by others"),
                ("patchbay.toml", 0o666, "settings", "failure", "writable by others"),
                ("patchbay.db", 0o666, "database", "failure", "writable by others"),
                ("patchbay.db", 0o644, "database", "warning", "others can read"),
                ("service.key", 0o644, "service key", "failure", "service.key"),
                ("owner.key", 0o640, "owner key", "failure", "owner.key")):
            file = self.home.path / name
            with self.subTest(name, mode=oct(mode)):
                old = file.stat().st_mode & 0o7777
                file.chmod(mode)
                report = self.examine(code=1 if result == "failure" else 0)
                self.expect(report, check, result, words)
                file.chmod(old)
        self.examine()

    def test_key_files_behind_links(self):
        self.configure()
        for name, check in (("service.key", "service key"), ("owner.key", "owner key")):
            file = self.home.path / name
            moved = self.home.work / name
            file.rename(moved)
            file.symlink_to(moved)
            self.expect(self.examine(code=1), check, "failure", "link")
            file.unlink()
            moved.rename(file)

    def test_key_files_that_are_not_there(self):
        self.configure()
        (self.home.path / "owner.key").unlink()
        report = self.examine()
        self.expect(report, "owner key", "ok", "nothing can be changed")
        self.expect(report, "protection", "ok", "nobody here")
        (self.home.path / "service.key").unlink()
        self.expect(self.examine(code=1), "service key", "failure", "service.key")

    def test_keys_of_another_vault(self):
        self.configure()
        other = support.Home()
        self.addCleanup(other.remove)
        self.assertEqual(other.run("init").returncode, 0)
        for name in ("service.key", "owner.key"):
            shutil.copy(other.path / name, self.home.path / name)
        report = self.examine(code=1)
        self.expect(report, "service key", "failure")
        self.expect(report, "owner key", "failure", "is not the one")


class ProvidersTest(Case):
    def test_tampered_and_unsealed_keys(self):
        self.configure()
        [(provider, token)] = self.home.sql("SELECT provider_id, key_value FROM api_keys")
        self.home.sql("INSERT INTO api_keys (id, provider_id, key_value, environment) VALUES "
                      "('11111111-2222-4333-8444-555555555555', ?, ?, 'lab')", provider, token)
        self.expect(self.examine(), "keys of gemini", "warning", "1 unsealed")
        self.home.sql("UPDATE api_providers SET endpoint_url = 'https://evil.example/v1'")
        self.expect(self.examine(code=1), "keys of gemini", "failure", "1 tampered")

    def test_a_provider_that_no_plugin_serves(self):
        self.configure()
        self.succeed("provider", "add", "mirror", "--adapter", "dev.patchbay.gemini", "--endpoint",
                     "https://mirror.example/v1beta", "--auth-type", "api_key")
        self.home.sql("UPDATE patchbay_provider_settings SET value = 'dev.example.gone' WHERE key = 'adapter'")
        self.expect(self.examine(), "mirror", "warning", "no plugin serves it")
        self.succeed("provider", "disable", "mirror")
        self.expect(self.examine(), "mirror", "ok", "switched off")

    def test_plugins_found_and_refused(self):
        self.succeed("init")
        folder = self.home.path / "plugins"
        folder.mkdir(0o700)
        bundled = support.BUILD / "lib" / "patchbay" / "plugins" / "placeholder.so"
        (folder / "cut.so").write_bytes(bundled.read_bytes()[:1000])
        shutil.copy(bundled, folder / "loose.so")
        (folder / "loose.so").chmod(0o666)
        report = self.examine()
        self.expect(report, "cut.so", "warning", "refused: ")
        self.expect(report, "loose.so", "warning", "writable by others")

    def test_no_plugin_at_all(self):
        self.succeed("init")
        alone = self.home.work / "bin" / "patchbay"
        alone.parent.mkdir()
        shutil.copy(support.PROGRAM, alone)
        done = self.home.run("--json", "doctor", program=alone)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.expect(json.loads(done.stdout), "plugins", "failure", "none was found")


class SettingsTest(Case):
    emulated = False

    def test_each_value_has_its_origin(self):
        self.succeed("init")
        with open(self.home.path / "patchbay.toml", "r+", encoding="utf-8") as file:
            text = file.read()
            file.seek(0)
            file.write("environment = \"from-file\"\n" + text + "[timeouts]\nchat = 2.5\n")
        report = self.examine()
        self.assertEqual(self.setting(report, "environment"), ("from-file", "patchbay.toml"))
        self.assertEqual(self.setting(report, "timeouts.chat"), ("2.5 s", "patchbay.toml"))
        self.assertEqual(self.setting(report, "timeouts.image"), ("300 s", "default"))
        self.assertEqual(self.setting(report, "store.path"), (str(self.home.database), "default"))
        self.assertEqual(self.setting(report, "home"), (str(self.home.path), "--home"))
        report = self.examine(PATCHBAY_ENV="from-variable", PATCHBAY_USER="ann")
        self.assertEqual(self.setting(report, "environment"), ("from-variable", "PATCHBAY_ENV"))
        self.assertEqual(self.setting(report, "user"), ("ann", "PATCHBAY_USER"))
        report = self.examine("--env", "from-flag", "-v", "--key-file", self.home.path / "service.key")
        self.assertEqual(self.setting(report, "environment"), ("from-flag", "--env"))
        self.assertEqual(self.setting(report, "log.level"), ("info", "--verbose"))
        self.assertEqual(self.setting(report, "vault.service_key_file"),
                         (str(self.home.path / "service.key"), "--key-file"))

    def test_a_password_of_the_proxy_is_not_shown(self):
        report = self.examine(PATCHBAY_PROXY="http://ann:sesame@proxy.example:8080")
        self.assertEqual(self.setting(report, "proxy.url"), ("http://…@proxy.example:8080", "PATCHBAY_PROXY"))
        self.assertNotIn("sesame", json.dumps(report))

    def test_variables_that_mean_nothing(self):
        report = self.examine(PATCHBAY_HOEM="/x", https_proxy="http://proxy.example")
        warning = next(c for c in report["checks"] if c["group"] == "environment" and c["result"] == "warning")
        self.assertIn("did you mean PATCHBAY_HOME?", warning["hint"])
        self.expect(report, "proxy", "warning", "https_proxy")
        self.expect(self.examine(PATCHBAY_LOG="loud"), "settings", "warning", "PATCHBAY_LOG is ignored") \
            if self.home.path.exists() else None

    def test_certificates(self):
        self.expect(self.examine(PATCHBAY_CA_FILE="/nonexistent/ca.pem", code=1), "certificates", "failure",
                    "/nonexistent/ca.pem")
        empty = self.home.work / "empty.pem"
        empty.write_text("nothing")
        self.expect(self.examine(PATCHBAY_CA_FILE=str(empty), code=1), "certificates", "failure", "no certificate")
        one = self.home.work / "one.pem"
        one.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        self.expect(self.examine(PATCHBAY_CA_FILE=str(one)), "certificates", "ok", "1 certificate")


class MemoryTest(Case):
    emulated = False

    def locked(self, limit):
        def lower():
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (limit, limit))
            if os.geteuid() == 0:
                drop_memory_privilege()
        done = support.subprocess.run(self.home.command("--json", "doctor"), text=True, capture_output=True,
                                      env=support.environment(), cwd=self.home.work, preexec_fn=lower)
        return self.check(json.loads(done.stdout), "memory lock")

    def test_tells_how_much_can_be_locked(self):
        few = self.locked(64 << 10)
        self.assertEqual(few["result"], "warning", few)
        self.assertIn("only 64.0 KiB", few["detail"])
        self.assertEqual(self.locked(0)["result"], "warning")
        enough = self.locked(1 << 20)
        self.assertEqual((enough["result"], enough["detail"]), ("ok", "1.0 MiB can be locked"))


def drop_memory_privilege():
    """Root may lock what it likes, unless CAP_IPC_LOCK is taken from it."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    cap_ipc_lock, capbset_drop = 14, 24

    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

    class Data(ctypes.Structure):
        _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]

    libc.prctl(capbset_drop, cap_ipc_lock, 0, 0, 0)
    header, data = Header(0x20080522, 0), (Data * 2)()
    libc.capget(ctypes.byref(header), data)
    for field in ("effective", "permitted", "inheritable"):
        setattr(data[0], field, getattr(data[0], field) & ~(1 << cap_ipc_lock))
    libc.capset(ctypes.byref(header), data)


if __name__ == "__main__":
    support.main()

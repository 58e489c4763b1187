#!/usr/bin/env python3
"""The ways that open a vault: passwords, key files, the environment, the recovery code; lost, wrong and damaged ones."""

import os
import pathlib
import re
import stat

import support

pexpect = support.require("pexpect")

PASSWORD = "correct horse battery"
CODE = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){8}$")


class VaultCase(support.Case):
    def setUp(self):
        super().setUp()
        self.service = self.home.path / "service.key"
        self.owner = self.home.path / "owner.key"

    def slots(self):
        return self.home.json("vault", "slot", "list")["slots"]

    def slot_of(self, kind):
        return next(slot for slot in self.slots() if slot["kind"] == kind)

    def talk(self, *arguments):
        command = self.home.command(*arguments)
        child = pexpect.spawn(command[0], command[1:], cwd=str(self.home.work), encoding="utf-8",
                              env=support.environment(NO_COLOR="1", PATCHBAY_RECOVERY="required"),
                              timeout=support.TIME_MAX)
        self.addCleanup(child.close, force=True)
        return child

    def finish(self, child):
        child.expect(pexpect.EOF)
        child.close()
        return child.before, child.exitstatus


class OwnerPasswordTest(VaultCase):
    def init_with_password(self):
        self.succeed("init", "--owner-password-stdin", text=PASSWORD + "\n")
        self.assertFalse(self.owner.exists())
        self.succeed("--owner-password-stdin", "provider", "set", "gemini", "--endpoint", self.emulator.url,
                     "--allow-private", text=PASSWORD)

    def test_stands_in_the_place_of_the_owner_key(self):
        self.init_with_password()
        self.succeed("--owner-password-stdin", "configure", "--provider", "gemini", "--api-key-stdin",
                     text=f"{PASSWORD}\n{self.emulator.key}")
        self.succeed("generate", "a cat", "--out", "a.img")
        done = self.fail_with(4, "key", "disable", self.home.keys()[0]["id"])
        self.assertIn("--owner-password-stdin", done.stderr)
        done = self.fail_with(4, "--owner-password-stdin", "key", "disable", self.home.keys()[0]["id"],
                              text="wrong horse battery\n")
        self.assertIn("the owner's password is wrong", done.stderr)
        self.assertNotIn("horse", done.stderr)
        self.succeed("--owner-password-stdin", "key", "disable", self.home.keys()[0]["id"], text=PASSWORD)

    def test_opens_the_vault_where_the_service_key_is_elsewhere(self):
        self.init_with_password()
        self.service.rename(self.home.work / "service.key")
        self.succeed("--owner-password-stdin", "configure", "--provider", "gemini", "--api-key-stdin",
                     text=f"{PASSWORD}\n{self.emulator.key}")
        self.fail_with(4, "generate", "a cat")
        self.succeed("--key-file", self.home.work / "service.key", "generate", "a cat", "--out", "a.img")

    def test_a_short_one_is_refused_and_nothing_is_made(self):
        done = self.fail_with(2, "init", "--owner-password-stdin", text="short\n")
        self.assertIn("at least 12 characters", done.stderr)
        self.fail_with(2, "init", "--owner-password-stdin", text="\n")
        self.assertFalse(self.service.exists())

    def test_can_be_added_and_changed(self):
        self.configure()
        self.succeed("vault", "slot", "add", "password", "--new-password-stdin", text=PASSWORD)
        self.owner.unlink()
        key = self.home.keys()[0]["id"]
        self.succeed("--owner-password-stdin", "key", "disable", key, text=PASSWORD)
        old = self.slot_of("password")["id"]
        done = self.fail_with(4, "--owner-password-stdin", "vault", "slot", "remove", old, "--yes", text=PASSWORD)
        self.assertIn("last keyslot of the owner's signing key", done.stderr)
        self.succeed("--owner-password-stdin", "vault", "slot", "add", "password", "--new-password-stdin",
                     text=f"{PASSWORD}\nanother horse battery\n")
        self.succeed("--owner-password-stdin", "vault", "slot", "remove", old, "--yes", text="another horse battery")
        self.fail_with(4, "--owner-password-stdin", "key", "enable", key, text=PASSWORD)
        self.succeed("--owner-password-stdin", "key", "enable", key, text="another horse battery")
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_is_asked_for_at_a_terminal_and_not_shown(self):
        child = self.talk("init", "--no-recovery")
        child.expect("Owner password")
        child.sendline(PASSWORD)
        child.expect("again")
        child.sendline(PASSWORD)
        said, code = self.finish(child)
        self.assertEqual(code, 0, said)
        self.assertNotIn(PASSWORD, said)
        self.assertFalse(self.owner.exists())
        child = self.talk("provider", "set", "gemini", "--endpoint", self.emulator.url, "--allow-private")
        child.expect("Owner's password")
        child.sendline(PASSWORD)
        said, code = self.finish(child)
        self.assertEqual(code, 0, said)
        self.assertNotIn(PASSWORD, said)


class RecoveryTest(VaultCase):
    def required(self, *arguments, code=0, text=None):
        done = self.home.run(*arguments, text=text, PATCHBAY_RECOVERY="required")
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_is_required_before_the_first_key_unless_refused(self):
        self.assertIn("no recovery code was made", self.required("init").stderr)
        self.point_at(self.emulator.url)
        store = ("configure", "--provider", "gemini", "--api-key-stdin")
        self.required(*store, "--no-recovery", text=self.emulator.key)
        self.assertIn('recovery = "refused"', (self.home.path / "patchbay.toml").read_text())
        self.required(*store, "--force", text=self.emulator.key)

    def test_is_written_to_a_file_where_nobody_can_be_asked(self):
        self.required("init")
        self.point_at(self.emulator.url)
        done = self.required("configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        file = self.home.path / "recovery.code"
        self.assertIn(str(file), done.stderr)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(file.read_text().strip(), done.stdout + done.stderr)
        (self.home.path / "owner.key").unlink()
        (self.home.path / "service.key").unlink()
        self.required("vault", "recover", "--recovery-file", file)
        self.required("generate", "a cat", "--out", "a.img")
        again = self.required("key", "add", "--provider", "gemini", "--api-key-stdin", text=self.emulator.providers["gemini"]["keys"][1])
        self.assertNotIn("recovery", again.stderr)

    def test_brings_lost_key_files_back(self):
        file = self.home.work / "code.txt"
        self.required("init", "--recovery-file", file)
        self.point_at(self.emulator.url)
        self.required("configure", "--provider", "gemini", "--api-key-stdin", text=self.emulator.key)
        code = file.read_text().strip()
        self.assertRegex(code, CODE)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.service.unlink()
        self.owner.unlink()
        self.fail_with(4, "generate", "a cat")
        wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
        self.assertIn("typing mistake", self.fail_with(2, "vault", "recover", "--recovery-stdin", text=wrong).stderr)
        self.assertNotIn(wrong, self.fail_with(2, "vault", "recover", "--recovery-stdin", text=wrong).stderr)
        self.succeed("vault", "recover", "--recovery-stdin", text=code.lower().replace("-", " "))
        self.succeed("generate", "a cat", "--out", "a.img")
        self.succeed("key", "disable", self.home.keys()[0]["id"])
        self.assertIn("Nothing is missing", self.succeed("vault", "recover", "--recovery-file", file).stdout)
        for path, data in self.home.files().items():
            if path.name != "code.txt":
                self.assertNotIn(code.encode(), data, path)

    def test_is_shown_once_at_a_terminal_and_counts_when_confirmed(self):
        child = self.talk("init")
        child.expect("Owner password")
        child.sendline("")
        child.expect(r"\s((?:\w{4}-){8}\w{4})\s")
        code = child.match.group(1)
        self.assertRegex(code, CODE)
        child.expect("last four")
        child.sendline("nope")
        child.expect("last four")
        child.sendline(code[-4:].lower())
        self.assertEqual(self.finish(child)[1], 0)
        self.service.unlink()
        self.succeed("vault", "recover", "--recovery-stdin", text=code)
        self.succeed("vault", "status")

    def test_a_code_of_another_vault_opens_nothing(self):
        other = support.Home()
        self.addCleanup(other.remove)
        self.assertEqual(other.run("init", "--recovery-file", self.home.work / "other.txt").returncode, 0)
        self.required("init", "--recovery-file", self.home.work / "code.txt")
        done = self.fail_with(8, "vault", "recover", "--recovery-file", self.home.work / "other.txt")
        self.assertIn("the recovery code is wrong", done.stderr)


class SlotTest(VaultCase):
    def test_the_environment_opens_it_and_is_wiped(self):
        self.configure()
        line = self.succeed("vault", "slot", "add", "environment", "--label", "container").stdout.splitlines()[-1]
        for text in self.succeed("vault", "slot", "add", "environment").stdout.splitlines():
            if text.startswith("patchbay-service-key-1 "):
                line = text
        self.service.unlink()
        done = self.home.run("generate", "a cat", "--out", "a.img", PATCHBAY_VAULT_KEY=line)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.home.run("generate", "a cat", PATCHBAY_VAULT_KEY=line[:-4])
        self.assertEqual(done.returncode, 8)
        self.assertNotIn(line[-30:-4], done.stderr)
        # Neither the process nor a child of it shows the variable while it runs.
        emulator = support.Emulator("--fault", "stall_head")
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        command = self.home.command("generate", "a cat")
        running = support.subprocess.Popen(command, stdin=support.subprocess.DEVNULL, stdout=support.subprocess.PIPE,
                                           stderr=support.subprocess.PIPE, cwd=self.home.work,
                                           env=support.environment(PATCHBAY_VAULT_KEY=line))
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        while not emulator.log():
            self.assertIsNone(running.poll())
        shown = pathlib.Path(f"/proc/{running.pid}/environ").read_bytes()
        self.assertIn(b"PATCHBAY_RECOVERY", shown)
        self.assertNotIn(line.split()[-1].encode(), shown)

    def test_a_command_that_prints_a_key_does_not_inherit_it(self):
        self.configure()
        out = self.home.work / "env.key"
        self.succeed("vault", "slot", "add", "environment", "--out", out)
        line = out.read_text().strip()
        done = self.home.run("configure", "--provider", "gemini", "--force", "--no-verify", "--api-key-cmd",
                             "env > seen; echo AIzaxxxxxxxxxxxxxxxxxxxxxxx", PATCHBAY_VAULT_KEY=line)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("VAULT_KEY", (self.home.work / "seen").read_text())

    def test_a_credential_of_systemd_opens_it(self):
        self.configure()
        folder = self.home.work / "credentials"
        folder.mkdir(mode=0o700)
        done = self.succeed("vault", "slot", "add", "credential", "--out", folder / "patchbay.vault")
        self.assertIn("systemd-creds encrypt", done.stderr)
        self.service.unlink()
        done = self.home.run("generate", "a cat", "--out", "a.img", CREDENTIALS_DIRECTORY=str(folder))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_removed_key_file_opens_nothing_and_the_last_one_stays(self):
        self.configure()
        first = self.slots()[0]["id"]
        self.assertIn("last keyslot", self.fail_with(4, "vault", "slot", "remove", first, "--yes").stderr)
        other = self.home.work / "other.key"
        self.succeed("vault", "slot", "add", "key-file", "--out", other, "--label", "laptop")
        self.fail_with(2, "vault", "slot", "add", "key-file", "--out", other)
        self.fail_with(2, "vault", "slot", "remove", first)
        self.succeed("vault", "slot", "remove", first[:8], "--yes")
        done = self.fail_with(8, "generate", "a cat")
        self.assertIn("the service key is wrong", done.stderr)
        self.succeed("--key-file", other, "generate", "a cat", "--out", "a.img")

    def test_only_the_owner_changes_them(self):
        self.configure()
        self.owner.unlink()
        for command in (("add", "recovery", "--out", "x"), ("remove", self.slots()[0]["id"], "--yes"),
                        ("export", "--out", "y"), ("restore", "z")):
            self.fail_with(4, "vault", "slot", *command)
        self.assertEqual(os.listdir(self.home.work), [])

    def test_an_export_restores_lost_slots(self):
        self.configure()
        out = self.home.work / "slots.json"
        self.succeed("vault", "slot", "export", "--out", out)
        self.assertEqual(stat.S_IMODE(out.stat().st_mode), 0o600)
        self.home.sql("DELETE FROM patchbay_keyslots")
        self.assertIn("holds no keyslot", self.fail_with(8, "generate", "a cat").stderr)
        self.succeed("vault", "slot", "restore", out)
        self.succeed("generate", "a cat", "--out", "a.img")


class WhatIsWrongTest(VaultCase):
    """Four things that can be wrong, and four messages."""

    def test_each_has_words_of_its_own(self):
        self.configure()
        other = support.Home()
        self.addCleanup(other.remove)
        self.assertEqual(other.run("init").returncode, 0)
        said = {}
        key, toml = self.service.read_bytes(), (self.home.path / "patchbay.toml").read_bytes()

        project = key.split()[1].decode()
        foreign = (other.path / "service.key").read_text().split()[2]
        self.service.write_text(f"patchbay-service-key-1 {project} {foreign}\n")
        said["the service key is wrong"] = self.fail_with(8, "generate", "a cat").stderr
        self.service.write_bytes(key)

        [(wrapped,)] = self.home.sql("SELECT wrapped FROM patchbay_keyslots")
        self.home.sql("UPDATE patchbay_keyslots SET wrapped = ?", wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
        said["is damaged: the right service key does not open it"] = self.fail_with(8, "generate", "a cat").stderr
        self.home.sql("UPDATE patchbay_keyslots SET wrapped = ?", wrapped)

        (self.home.path / "patchbay.toml").unlink()
        said["names no project: it was lost"] = self.fail_with(8, "vault", "status").stderr
        (self.home.path / "patchbay.toml").write_bytes(toml)

        token = self.home.sql("SELECT key_value FROM api_keys")[0][0]
        self.home.sql("UPDATE api_keys SET key_value = ?", token[:-8] + "AAAAAAA=")
        said["is tampered: its row differs"] = self.fail_with(8, "generate", "a cat").stderr
        self.assertEqual(len(self.home.keys()), 1, "the list stays whole")
        for words, text in said.items():
            self.assertIn(words, text)
            self.assertEqual(sum(other in text for other in said), 1, text)

    def test_a_lost_configuration_is_written_anew_from_the_key_files(self):
        self.configure()
        (self.home.path / "patchbay.toml").unlink()
        self.succeed("init")
        self.succeed("generate", "a cat", "--out", "a.img")

    def test_a_damaged_slot_stops_no_other(self):
        self.configure()
        self.home.sql("INSERT INTO patchbay_keyslots (id, kind, kdf, wrapped) VALUES ('ffff0001', 'password', 'argon2id', "
                      "x'00'), ('ffff0002', 'telepathy', '', x'')")
        self.succeed("generate", "a cat", "--out", "a.img")
        self.assertEqual([bool(slot["problem"]) for slot in self.slots()], [False, True, True])


if __name__ == "__main__":
    support.main()

#!/usr/bin/env python3
"""`key import`: keys from environment variables and from .env files."""

import support


class ImportTest(support.Case):
    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.point_at(self.emulator.url)

    def run_with(self, *arguments, **variables):
        done = self.home.run(*arguments, **variables)
        self.assertNotIn(self.emulator.key, done.stdout + done.stderr)
        return done

    def test_from_the_environment(self):
        done = self.run_with("key", "import", "--from-environment", GEMINI_API_KEY=self.emulator.key,
                             GOOGLE_API_KEY="AIzaSy-another")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Imported GEMINI_API_KEY as the key of 'gemini'", done.stdout)
        self.succeed("generate", "a cat", "--out", "a.img")
        again = self.run_with("key", "import", "--from-environment", GOOGLE_API_KEY=self.emulator.key)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("has a key already", again.stdout)
        self.assertEqual(len(self.home.keys()), 1)

    def test_from_a_file_as_people_write_it(self):
        file = self.home.work / ".env"
        for line in (f"GEMINI_API_KEY={self.emulator.key}", f'export GEMINI_API_KEY="{self.emulator.key}" # mine',
                     f"  GOOGLE_API_KEY = '{self.emulator.key}'\r", f"GEMINI_API_KEY={self.emulator.key} # comment",
                     f"GEMINI_API_KEY=old\nGEMINI_API_KEY={self.emulator.key}"):
            with self.subTest(line.replace(self.emulator.key, "KEY")):
                file.write_text("# keys\nOTHER=1\nXGEMINI_API_KEY=no\n" + line + "\n")
                done = self.run_with("key", "import", "--env-file", file)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.succeed("key", "remove", self.home.keys()[0]["id"], "--yes")

    def test_says_what_it_looked_for(self):
        done = self.fail_with(2, "key", "import", "--from-environment")
        self.assertIn("GEMINI_API_KEY", done.stderr)
        self.fail_with(2, "key", "import")
        self.fail_with(2, "key", "import", "--env-file", self.home.work / "missing")

    def test_a_refused_key_is_not_stored(self):
        done = self.run_with("key", "import", "--from-environment", GEMINI_API_KEY=self.emulator.bad_key)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertEqual(self.home.keys(), [])


if __name__ == "__main__":
    support.main()

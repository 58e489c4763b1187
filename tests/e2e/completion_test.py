#!/usr/bin/env python3
"""What bash, zsh and fish propose, asked of the shells themselves."""

import os
import shutil
import subprocess
import sys

import support

ZSH_CAPTURE = r"""
zmodload zsh/zpty || exit 77
zpty z zsh -f -i
zpty -w z 'PROMPT=; cd $COMPLETION_WORK; autoload -U compinit; compinit -u -D; source $COMPLETION_SCRIPT'
zpty -w z 'bindkey "^I" complete-word; zstyle ":completion:*" list-grouped false; setopt no_beep'
# Every candidate goes through compadd: those that fit the word are printed instead of inserted.
zpty -w z 'compadd() {
  local -a hits
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
  builtin compadd -O hits "$@"
  print -lr -- "hit:"${^hits} >> $COMPLETION_HITS
  builtin compadd "$@"
}'
zpty -w z 'after() { print -r -- end: >> $COMPLETION_HITS }; comppostfuncs=(after)'
zpty -n -w z "$1"$'\t'
repeat 300; do
  zpty -r -t z > /dev/null
  [[ -e $COMPLETION_HITS && "$(<$COMPLETION_HITS)" == *end:* ]] && break
  sleep 0.1
done
zpty -d z
"""


class Shells:
    """One method for each shell: the candidates for a line that ends at the cursor."""

    def __init__(self, home, program):
        self.home = home
        self.program = program
        self.scripts = {}
        for shell in ("bash", "zsh", "fish"):
            script = home.work / f"completion.{shell}"
            script.write_text(home.run("completion", shell).stdout)
            self.scripts[shell] = script
        self.environment = support.environment(
            PATH=f"{program.parent}:{os.environ['PATH']}", HOME=str(home.work), TERM="xterm",
            COMPLETION_WORK=str(home.work / "files"), COMPLETION_HITS=str(home.work / "hits"))
        (home.work / "files").mkdir()
        (home.work / "files" / "picture.png").write_bytes(b"")
        (home.work / "files" / "folder").mkdir()

    def run(self, *command, **more):
        done = subprocess.run(command, text=True, capture_output=True, timeout=60, cwd=self.home.work / "files",
                              env={**self.environment, **more})
        return done

    def bash(self, line):
        words = []
        for word in line.split(" "):  # as bash cuts a line at COMP_WORDBREAKS
            before, equals, after = word.partition("=")
            words += [before, "=", after] if equals and after else [before, "="] if equals else [word]
        quoted = " ".join("'" + word + "'" for word in words)
        done = self.run("bash", "--norc", "-uc", f"source {self.scripts['bash']}; complete -p patchbay >/dev/null; "
                        f"COMP_WORDS=({quoted}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _patchbay; "
                        'printf "%s\\n" "${COMPREPLY[@]}"')
        return self.answer(done)

    def fish(self, line):
        done = self.run("fish", "--no-config", "-c", f"source {self.scripts['fish']}; complete -C '{line}'")
        return {text.split("\t")[0] for text in self.answer(done)}

    def zsh(self, line):
        hits = self.home.work / "hits"
        hits.unlink(missing_ok=True)
        done = self.run("zsh", "-f", "-c", ZSH_CAPTURE, "capture", line, COMPLETION_SCRIPT=str(self.scripts["zsh"]))
        if not hits.exists():
            raise AssertionError(f"{line!r}: {done}")
        text = hits.read_text()
        return {line[4:] for line in text.splitlines() if line.startswith("hit:") and len(line) > 4}

    @staticmethod
    def answer(done):
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{done}")
        return set(done.stdout.split("\n")) - {""}


class CompletionTest(support.Case):
    emulated = False
    shells = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell)]

    def setUp(self):
        super().setUp()
        self.succeed("init")
        self.ask = Shells(self.home, support.PROGRAM)

    def propose(self, line, *wanted, without=()):
        for shell in self.shells:
            with self.subTest(shell, line=line):
                have = {word.rstrip("/") for word in getattr(self.ask, shell)(line)}
                self.assertLessEqual(set(wanted), have, line)
                self.assertFalse(set(without) & have, have)

    def test_commands(self):
        self.propose("patchbay gen", "generate", without=("key", "add"))
        self.propose("patchbay ", "generate", "key", "doctor", "completion", without=("add", "picture.png"))
        self.propose("patchbay key ", "add", "list", "verify", without=("generate", "picture.png"))
        self.propose("patchbay --json vault ", "import-fernet-key", "slot", without=("generate",))
        self.propose("patchbay vault slot ", "add", "list", "restore", without=("generate", "status", "slot"))
        self.propose("patchbay vault slot add ", "password", "recovery", without=("list", "status"))

    def test_options(self):
        self.propose("patchbay generate --pro", "--prompt", "--prompt-file", "--provider", without=("--json",))
        self.propose("patchbay key add --l", "--label", without=("--list-faults",))
        self.propose("patchbay status --js", "--json")
        self.propose("patchbay --own", "--owner-key-file")

    def test_files_and_folders(self):
        self.propose("patchbay generate --input ", "picture.png", "folder", without=("generate",))
        self.propose("patchbay generate --out-dir ", "folder", without=("picture.png",))
        self.propose("patchbay db backup --out pic", "picture.png")

    def test_fixed_words(self):
        self.propose("patchbay completion ", "bash", "zsh", "fish")
        self.propose("patchbay provider set gemini --auth-type ", "bearer", "api_key", "oauth")

    def test_providers_of_the_home_that_the_line_names(self):
        self.succeed("provider", "add", "mirror", "--adapter", "dev.patchbay.gemini", "--endpoint",
                     "https://mirror.example/v1beta", "--auth-type", "api_key")
        place = f"patchbay --home {self.home.path} "
        self.propose(place + "generate --provider ", "gemini", "mirror", "placeholder", without=("picture.png",))
        self.propose(place + "provider show ", "gemini", "mirror")
        self.propose(place + "provider show mi", "mirror", without=("gemini",))
        self.propose("patchbay provider show ", "gemini", without=("mirror",))
        self.assertFalse((self.home.work / ".local/share/patchbay").exists(), "looking for names makes no home")

    def test_a_value_behind_an_equals_sign(self):
        self.propose_one("bash", "patchbay provider set gemini --auth-type=be", "bearer")
        self.propose_one("fish", "patchbay provider set gemini --auth-type=be", "--auth-type=bearer")
        self.propose_one("bash", f"patchbay --home={self.home.path} provider show g", "gemini")

    def propose_one(self, shell, line, wanted):
        if shell in self.shells:
            self.assertIn(wanted, getattr(self.ask, shell)(line))

    def test_each_script_covers_the_whole_table(self):
        for shell in ("bash", "zsh", "fish"):
            text = self.ask.scripts[shell].read_text()
            for words in ("generate", "import-fernet-key", "approve"):
                self.assertIn(words, text, shell)
        self.assertIn("takes bash, zsh or fish", self.fail_with(2, "completion", "tcsh").stderr)
        self.fail_with(2, "completion")


class ProvidersTest(support.Case):
    emulated = False

    def test_names_are_told_without_making_a_home(self):
        self.assertEqual(self.succeed("completion", "providers").stdout, "gemini\nopenrouter\nplaceholder\nrequesty\n")
        self.assertFalse(self.home.path.exists())


if __name__ == "__main__":
    for missing in sorted({"bash", "zsh", "fish"} - set(CompletionTest.shells)):
        print(f"SKIPPED: the completions for {missing}, which is not installed", file=sys.stderr)
    support.main()

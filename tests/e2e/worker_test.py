#!/usr/bin/env python3
"""Plugins that nobody vouched for: they work at once, in a worker; and what they try there gets them nothing."""

import os
import pathlib
import subprocess

import support
from zebra import ZEBRA, PluginCase, ZebraServer, build_plugin

WORKER = support.BUILD / "libexec" / "patchbay" / "patchbay-worker"

# A plugin in C that does something at one moment, and then says what came of it.
MALLORY = r"""
#define _GNU_SOURCE
#include <patchbay/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;
static char words[400] = "nothing happened";
static int endless;
static void say(const char *what) { snprintf(words, sizeof words, "%s", what); }
static void misbehave(void) { @DEED@ }
@CONSTRUCTOR@

struct patchbay_session { int open; };
static struct patchbay_session only;

static patchbay_status open_session(uint32_t adapter, const patchbay_host *host, const patchbay_request *request,
                                    patchbay_session **out, patchbay_err *err) {
  (void)adapter, (void)host, (void)request, (void)err;
  *out = &only;
  return PATCHBAY_OK;
}
static patchbay_status feed(patchbay_session *session, const patchbay_input *input, patchbay_err *err) {
  (void)session, (void)err;
  if (input->kind == PATCHBAY_IN_START) { @START@ }
  return PATCHBAY_OK;
}
static patchbay_failure failure;
static patchbay_usage usage;
static patchbay_status next(patchbay_session *session, patchbay_action *out, patchbay_err *err) {
  (void)session, (void)err;
  failure.struct_size = sizeof failure;
  failure.category = PATCHBAY_ERR_BAD_REQUEST;
  failure.message.ptr = words;
  failure.message.len = strlen(words);
  usage.struct_size = sizeof usage;
  out->kind = endless ? PATCHBAY_ACT_USAGE : PATCHBAY_ACT_ERROR;
  out->payload = endless ? (const void *)&usage : (const void *)&failure;
  return PATCHBAY_OK;
}
static void close_session(patchbay_session *session) { (void)session; }
static const void *get_extension(const char *id) { (void)id; return 0; }
static const patchbay_module module = {sizeof(patchbay_module), PATCHBAY_ABI_MINOR, 0, 1, open_session, feed, next,
                                       close_session, get_extension};
const patchbay_module *patchbay_plugin_v1(void) { return &module; }
PATCHBAY_MANIFEST("{\"id\": \"example.mallory\", \"version\": \"1.0.0\", \"name\": \"mallory\", \"operations\": "
                  "[\"image\"], \"no_credential\": true}");
"""
CONSTRUCTOR = "__attribute__((constructor)) static void at_load(void) { misbehave(); }"


def mallory(deed, at_load=False):
    return (MALLORY.replace("@DEED@", deed)
            .replace("@CONSTRUCTOR@", CONSTRUCTOR if at_load else "")
            .replace("@START@", "" if at_load else "misbehave();"))


class WorkerCase(PluginCase):
    def setUp(self):
        super().setUp()
        self.succeed("init")

    def tried(self, deed, at_load=False, code=9):
        """What a person reads when the plugin did this."""
        build_plugin(mallory(deed, at_load), self.plugins / "mallory.so", "c", "-pthread", "-Wno-unused-result")
        failed = self.fail_with(code, "generate", "a cat", "--provider", "mallory", "--out", "a.png")
        self.assertEqual(list(self.home.work.glob("*.png")), [])
        return failed.stderr


class UsefulTest(WorkerCase):
    def test_a_dropped_plugin_draws_without_being_vouched_for(self):
        build_plugin(ZEBRA, self.plugins / "zebra.so", "c++", "-Wl,-z,defs")
        [found] = [entry for entry in self.home.json("plugin", "list")["plugins"] if entry["path"].endswith("zebra.so")]
        self.assertEqual(found["trust"], "isolated")
        server = ZebraServer("zb-secret-of-the-zebra")
        self.addCleanup(server.stop)
        self.succeed("provider", "set", "zebra", "--endpoint", server.url, "--allow-private")
        self.succeed("configure", "--provider", "zebra", "--api-key-stdin", text="zb-secret-of-the-zebra\n")
        document = self.home.json("generate", "a striped horse", "--out", "zebra.png")
        self.assertEqual((document["provider"], document["model"]), ("zebra", "stripes-1"))
        self.assertEqual((self.home.work / "zebra.png").read_bytes(), server.picture)
        self.assertEqual(server.wishes, ["a striped horse"])

    def test_its_key_prefix_draws_no_key_to_it(self):
        build_plugin(ZEBRA, self.plugins / "zebra.so", "c++", "-Wl,-z,defs")
        failed = self.fail_with(2, "configure", "--api-key-stdin", text="zb-secret-of-the-zebra\n")
        self.assertIn("--provider", failed.stderr)

    def test_may_be_switched_off(self):
        build_plugin(ZEBRA, self.plugins / "zebra.so", "c++", "-Wl,-z,defs")
        with open(self.home.path / "patchbay.toml", "a", encoding="utf-8") as file:
            file.write("\n[plugins]\nunvouched = 'refuse'\n")
        self.assertIn("needs trust", self.succeed("plugin", "info", "zebra").stdout)

    def test_a_refusal_by_the_plugin_stays_one(self):
        self.assertIn("nothing happened", self.tried("", code=2))

    def test_its_worker_holds_nothing_of_the_host(self):
        symbols = subprocess.run(["nm", "-D", "--undefined-only", WORKER], capture_output=True, text=True, check=True)
        for library in ("sqlite3_", "curl_", "sodium_", "crypto_", "EVP_", "SSL_", "dlmopen", "getaddrinfo"):
            self.assertNotIn(library, symbols.stdout)
        needed = subprocess.run(["objdump", "-p", WORKER], capture_output=True, text=True, check=True).stdout
        libraries = {line.split()[1] for line in needed.splitlines() if "NEEDED" in line}
        self.assertLessEqual({name.split(".so")[0] for name in libraries},
                             {"libseccomp", "libstdc++", "libm", "libgcc_s", "libc", "ld-linux-x86-64", "ld-linux-aarch64"})
        by_hand = subprocess.run([WORKER], capture_output=True, text=True)
        self.assertEqual((by_hand.returncode, by_hand.stdout), (2, ""))
        self.assertIn("starts it", by_hand.stderr)


class HostileTest(WorkerCase):
    def test_calls_that_no_plugin_may_make(self):
        deeds = {
            "socket": "socket(AF_INET, SOCK_STREAM, 0);",
            "openat": 'open("/etc/hostname", O_RDONLY);',
            "clone": "if (fork() == 0) _exit(0);",
            "rt_sigaction": "pthread_t t; pthread_create(&t, 0, (void *(*)(void *))misbehave, 0);",
            "execve": 'char *none[] = {0}; execve("/bin/true", none, none);',
            "kill": "kill(1, SIGKILL);",
            "ptrace": "ptrace(PTRACE_TRACEME, 0, 0, 0);",
            "write": 'write(1, "x", 1);',
            "mmap": "mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);",
            "clock_nanosleep": "sleep(1);",
        }
        for call, deed in deeds.items():
            with self.subTest(call):
                self.assertIn(f"the plugin called {call},", self.tried(deed))

    def test_a_constructor_reads_no_file_and_opens_no_socket(self):
        secret = self.home.work / "id_ed25519"
        secret.write_text("PRIVATE KEY\n")
        for path in (secret, self.home.path / "service.key", "/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"):
            with self.subTest(path):
                words = self.tried(f'int fd = open("{path}", O_RDONLY); say(fd < 0 ? strerror(errno) : "IT IS OPEN");',
                                   at_load=True, code=2)
                self.assertIn("Permission denied", words)
        self.assertIn("called socket", self.tried("socket(AF_UNIX, SOCK_STREAM, 0);", at_load=True))
        self.assertIn("called openat", self.tried(f'open("{secret}.new", O_RDWR | O_CREAT, 0600);', at_load=True))
        self.assertFalse(pathlib.Path(f"{secret}.new").exists())

    def test_it_finds_no_environment_and_no_descriptor(self):
        os.environ["PATCHBAY_TEST_CANARY"] = "in the environment"
        self.addCleanup(os.environ.pop, "PATCHBAY_TEST_CANARY")
        self.assertIn("none at all", self.tried('say(environ == 0 || environ[0] == 0 ? "none at all" : environ[0]);',
                                                code=2))
        looked = ('char at[64] = "open:"; for (int fd = 0; fd < 16; ++fd) { struct { long a[30]; } s; (void)s;'
                  'if (lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF) sprintf(at + strlen(at), " %d", fd); } say(at);')
        self.assertIn("open: 0 1 2 3 4", self.tried(looked, at_load=True, code=2))

    def test_ends_of_all_kinds_are_told_apart(self):
        deeds = {
            "crashed (SIGSEGV)": "*(volatile int *)8 = 1;",
            "crashed (SIGABRT)": "abort();",
            "ended by itself, with status 3": "_exit(3);",
            "crashed (SIGSEGV) ": "char big[1 << 16]; big[0] = 1; misbehave(); say(big);",
            "bytes at once": 'write(3, "garbage, and more of it: this is no frame", 41);',
            "is no answer": 'write(3, "\\0\\0\\0\\0\\1\\1\\1\\1", 8);',
            "more than 1000000 actions": "endless = 1;",
        }
        for words, deed in deeds.items():
            with self.subTest(words):
                self.assertIn(words.strip(), self.tried(deed))

    def test_a_description_that_does_not_fit_is_refused(self):
        for ours, theirs, words in (("ABI_MINOR, 0, 1,", "ABI_MINOR, 99, 1,", "needs a newer Patchbay (ABI 1.99)"),
                                    ("ABI_MINOR, 0, 1,", "ABI_MINOR, 0, 0,", "fewer adapters than its manifest")):
            with self.subTest(words):
                self.assertIn(ours, MALLORY)
                build_plugin(mallory("").replace(ours, theirs), self.plugins / "mallory.so", "c", "-pthread",
                             "-Wno-unused-result")
                failed = self.fail_with(9, "generate", "a cat", "--provider", "mallory", "--out", "a.png")
                self.assertIn(words, failed.stderr)

    def test_one_that_hangs_is_ended(self):
        self.assertIn("did not answer within 10 s", self.tried("for (;;) {}"))

    def test_memory_is_bounded(self):
        words = self.tried("size_t all = 0; for (char *p; (p = malloc(1 << 20)) != 0; all += 1 << 20) memset(p, 1, 1 << 20);"
                           'snprintf(words, sizeof words, "got %zu MiB", all >> 20);', code=2)
        self.assertRegex(words, r"got [1-5]?\d{2} MiB")

    def test_whoever_is_attacked_others_go_on(self):
        self.tried("abort();")
        self.succeed("placeholder", "--width", "32", "--height", "32", "--out", "fine.png")


if __name__ == "__main__":
    support.main()

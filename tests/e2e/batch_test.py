#!/usr/bin/env python3
"""`batch`: many jobs, of which each ends as it may, and none is paid for twice."""

import contextlib
import csv
import json
import os
import pty
import random
import re
import select
import signal
import time

import support

Image = support.require("PIL.Image")


class BatchCase(support.Case):
    def write(self, name, jobs):
        path = self.home.work / name
        if name.endswith(".json"):
            path.write_text(json.dumps(jobs, indent=1))
        elif name.endswith(".jsonl"):
            path.write_text("".join(json.dumps(job) + "\n" for job in jobs))
        else:
            with open(path, "w", newline="") as file:
                writer = csv.DictWriter(file, sorted({key for job in jobs for key in job}))
                writer.writeheader()
                writer.writerows(jobs)
        return name

    def emulate(self, *options):
        emulator = support.Emulator(*options)
        self.addCleanup(emulator.stop)
        self.point_at(emulator.url)
        return emulator

    def exists(self, name):
        return (self.home.work / name).exists()


class FormsTest(BatchCase):
    emulated = False

    def test_reads_json_json_lines_and_csv(self):
        self.succeed("init")
        for name in ("jobs.json", "jobs.jsonl", "jobs.csv"):
            jobs = [{"prompt": f"number {n}, \"quoted\"", "provider": "placeholder", "width": 40 + n, "height": 30,
                     ("output_path" if n % 2 else "output"): f"{name}-{n}.png"} for n in range(3)]
            if name == "jobs.csv":
                jobs = [{"prompt": job["prompt"], "provider": job["provider"], "width": job["width"],
                         "height": job["height"], "output": f"{name}-{n}.png"} for n, job in enumerate(jobs)]
            done = self.succeed("batch", self.write(name, jobs))
            self.assertIn("3 jobs, 3 done", done.stdout)
            for n in range(3):
                with Image.open(self.home.work / f"{name}-{n}.png") as image:
                    self.assertEqual(image.size, (40 + n, 30))

    def test_takes_all_options_of_generate(self):
        self.succeed("init")
        self.write("jobs.json", [
            {"prompt": "a", "size": "40x30", "count": 2, "output": "a-%d.jpg", "convert": True, "sidecar": True},
            {"prompt": "b", "aspect-ratio": "16:9", "params": {"color": "#ff0000"}, "out_dir": "."},
            {"prompt": "c", "size": "20x20"}])
        document = self.home.json("batch", "jobs.json", "--provider", "placeholder", "--out-dir", ".")
        self.assertEqual([job["state"] for job in document["jobs"]], ["done"] * 3)
        self.assertEqual(document["summary"]["images"], 4)
        self.assertEqual([image["file"] for image in document["jobs"][0]["images"]], ["a-1.jpg", "a-2.jpg"])
        self.assertEqual(json.loads((self.home.work / "a-2.jpg.json").read_text())["prompt"], "a")
        self.assertRegex(document["jobs"][1]["images"][0]["file"], r"^\./jobs-\d+-1\.png$")
        with Image.open(self.home.work / document["jobs"][1]["images"][0]["file"]) as image:
            self.assertEqual(image.convert("RGB").getpixel((2, 2)), (255, 0, 0))

    def test_reads_jobs_from_stdin(self):
        self.succeed("init")
        self.succeed("batch", "-", text='{"prompt": "a", "provider": "placeholder", "output": "a.png"}\n')
        self.assertEqual([path.name for path in self.home.work.iterdir()], ["a.png"])
        self.fail_with(2, "batch", "-", "--resume")

    def test_tells_each_bad_row_with_its_line_and_starts_none(self):
        self.succeed("init")
        self.home.work.joinpath("taken.png").write_text("mine")
        self.home.work.joinpath("jobs.jsonl").write_text("\n".join((
            '{"prompt": "a", "provider": "placeholder", "output": "a.png"}',
            '{"prompt": "b", "widht": 4}',
            '{"prompt": "c", "provider": "nobody", "output": "c.png"}',
            '{"prompt": "d", "output": "taken.png"}',
            '{"prompt": "e", "output": "./a.png"}',
            '{"prompt": "f", "input": "none.png", "output": "f.png"}',
            '{"prompt": "g", "width": "wide", "height": 4, "output": "g.png"}',
            '{"prompt": " ", "output": "h.png"}',
            '{"prompt": "i", "output": "no/such/folder/i.png"}',
            '{"prompt": "j", "session": "x", "output": "j.png"}',
            '{"prompt": "k", "count": 2, "output": "k.png"}',
            '{"prompt": }')) + "\n")
        done = self.home.run("batch", "jobs.jsonl", "--provider", "placeholder")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn("11 of 12 jobs cannot be run, so none was started", done.stderr)
        for line, words in ((2, "did you mean 'width'?"), (3, "Unsupported provider 'nobody'"), (4, "exists already"),
                            (5, "so does line 1"), (6, "none.png"), (7, "--width"), (8, "the prompt is empty"),
                            (9, "no/such/folder"), (10, "no conversations"), (11, "--count wants several"),
                            (12, "not valid JSON")):
            self.assertRegex(done.stderr, rf"line {line}: .*{re.escape(words)}")
        self.assertEqual(sorted(path.name for path in self.home.work.iterdir()), ["jobs.jsonl", "taken.png"])

    def test_numbers_jobs_that_share_a_line_and_spares_its_own_files(self):
        self.succeed("init")
        text = json.dumps([{"prompt": "a", "output": "a.png"}, {"prompt": "b", "output": "./a.png"},
                           {"prompt": "c", "output": "jobs.json"}, {"prompt": "d", "output": "jobs.json.journal"}])
        self.home.work.joinpath("jobs.json").write_text(text)
        done = self.home.run("batch", "jobs.json", "--provider", "placeholder", "--force")
        self.assertEqual(done.returncode, 2)
        self.assertIn("job 2: it writes to ./a.png, and so does job 1\n", done.stderr)
        for job in (3, 4):
            self.assertRegex(done.stderr, f"job {job}: .*, where the batch or its journal stands")
        self.assertEqual(self.home.work.joinpath("jobs.json").read_text(), text)
        self.write("jobs.jsonl", [{"prompt": "a", "output": "a.png"}])
        self.assertEqual(self.home.json("batch", "jobs.jsonl", "--provider", "placeholder")["jobs"][0]["line"], 1)

    def test_refuses_options_that_say_nothing(self):
        self.succeed("init")
        self.write("jobs.json", [{"prompt": "a", "provider": "placeholder", "output": "a.png"}])
        for arguments in ((), ("jobs.json", "--concurrency", "0"), ("jobs.json", "--concurrency", "65"),
                          ("jobs.json", "--rate-limit", "5"), ("jobs.json", "--rate-limit", "0/s"),
                          ("jobs.json", "--rate-limit", "5/day"), ("none.json",)):
            self.fail_with(2, "batch", *arguments)

    def test_starts_no_more_than_the_rate_allows(self):
        self.succeed("init")
        self.write("jobs.json", [{"prompt": "a", "provider": "placeholder", "size": "8x8", "output": f"{n}.png"}
                                 for n in range(6)])
        before = time.monotonic()
        self.succeed("batch", "jobs.json", "--rate-limit", "10/s", "--concurrency", "6")
        self.assertGreaterEqual(time.monotonic() - before, 0.5)


class FailureTest(BatchCase):
    def test_a_failure_does_not_stop_the_rest(self):
        self.configure()
        self.write("jobs.json", [{"prompt": f"cat {n}" + (" emulate:safety" if n == 2 else ""), "output": f"{n}.img"}
                                 for n in range(6)])
        done = self.home.run("--json", "batch", "jobs.json")
        self.assertEqual(done.returncode, 5, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual([job["state"] for job in document["jobs"]],
                         ["done", "done", "failed", "done", "done", "done"])
        self.assertEqual(document["jobs"][2]["error"]["code"], "blocked")
        self.assertEqual((document["summary"]["done"], document["summary"]["failed"]), (5, 1))
        self.assertEqual([self.exists(f"{n}.img") for n in range(6)], [True, True, False, True, True, True])

    def test_shows_a_table_and_the_most_telling_failure(self):
        self.configure()
        self.write("jobs.json", [{"prompt": "a", "output": "a.img"}, {"prompt": "emulate:safety", "output": "b.img"},
                                 {"prompt": "emulate:quota_day", "output": "c.img"}])
        done = self.home.run("batch", "jobs.json", "--concurrency", "1")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^LINE +STATE +FILE +PROVIDER +TIME +NOTE$")
        self.assertRegex(done.stdout, r"(?m)^\d+ +done +a\.img +gemini +[\d.]+ s")
        self.assertIn("3 jobs, 1 done, 2 failed", done.stdout)
        self.assertIn("Error: 2 of 3 jobs failed; the worst: API call failed - ", done.stderr)

    def test_tries_the_failed_ones_again_when_resumed(self):
        self.configure()
        emulator = self.emulate("--fault", "safety:x2")
        self.write("jobs.json", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(5)])
        self.assertEqual(self.home.run("batch", "jobs.json").returncode, 5)
        before = emulator.request_count()
        document = self.home.json("batch", "jobs.json", "--resume")
        self.assertEqual(emulator.request_count() - before, 2)
        self.assertEqual((document["summary"]["done"], document["summary"]["done_before"]), (2, 3))
        document = self.home.json("batch", "jobs.json", "--resume")
        self.assertEqual((emulator.request_count() - before, document["summary"]["done_before"]), (2, 5))

    def test_makes_of_several_images_only_those_that_are_missing(self):
        self.configure()
        emulator = self.emulate("--fault", "safety:x1")
        self.write("jobs.json", [{"prompt": "cat", "count": 4, "seed": 10, "output": "cat-%d.img", "sidecar": True}])
        self.assertEqual(self.home.run("batch", "jobs.json").returncode, 5)
        missing = [n for n in range(1, 5) if not self.exists(f"cat-{n}.img")]
        self.assertEqual(len(missing), 1)
        before = emulator.request_count()
        document = self.home.json("batch", "jobs.json", "--resume")
        self.assertEqual(emulator.request_count() - before, 1)
        self.assertEqual(document["jobs"][0]["images_before"], 3)
        self.assertEqual([image["file"] for image in document["jobs"][0]["images"]], [f"cat-{missing[0]}.img"])
        self.assertEqual(json.loads((self.home.work / f"cat-{missing[0]}.img.json").read_text())["seed"], 9 + missing[0])

    def test_refuses_to_begin_over_an_earlier_run_unless_told(self):
        self.configure()
        self.write("jobs.json", [{"prompt": "cat", "output": "cat.img"}])
        self.succeed("batch", "jobs.json")
        done = self.fail_with(2, "batch", "jobs.json")
        self.assertIn("--resume", done.stderr)
        before = self.emulator.request_count()
        self.succeed("batch", "jobs.json", "--force")
        self.assertEqual(self.emulator.request_count() - before, 1)
        (self.home.work / "cat.img").write_bytes(b"something else")
        self.fail_with(2, "batch", "jobs.json", "--resume")
        (self.home.work / "cat.img").unlink()
        self.assertEqual(self.home.json("batch", "jobs.json", "--resume")["summary"]["done"], 1)

    def test_keeps_an_image_whose_name_somebody_took_meanwhile(self):
        self.configure()
        emulator = self.emulate("--fault", "slow:1500")
        self.write("jobs.jsonl", [{"prompt": "a", "output": "a.img"}])
        running = self.home.start("--json", "batch", "jobs.jsonl")
        while emulator.counts()["requests"] == 0:
            self.assertIsNone(running.poll())
        (self.home.work / "a.img").write_text("theirs")
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 2, err)
        [job] = json.loads(out)["jobs"]
        self.assertIn("the image is kept in a-2.img", job["error"]["message"])
        self.assertEqual([image["file"] for image in job["images"]], ["a-2.img"])
        self.assertNotIn("lost", job)
        self.assertEqual((self.home.work / "a.img").read_text(), "theirs")
        with Image.open(self.home.work / "a-2.img") as image:
            image.load()
        before = emulator.request_count()
        self.assertEqual(self.home.json("batch", "jobs.jsonl", "--resume")["summary"]["done_before"], 1)
        self.assertEqual(emulator.request_count(), before)


class AccountTest(BatchCase):
    """What was billed is there, or said to be lost."""

    jobs = 200 if os.environ.get("PATCHBAY_LOAD") == "whole" else 40
    # Of these it is certain whether they are billed, as the emulator sees it, and whether the provider says that they
    # are not. A fifth of all requests, evenly.
    certain = ("truncated", "drop_before", "drop_mid", "garbage_after", "bad_base64", "not_an_image", "cut_image",
               "text_only", "two_content_length", "image_other", "overloaded", "saturated", "rate:50")

    def run_batch(self, emulator, provider="gemini"):
        self.home.time_max = 300
        # A quota that is used up holds up all jobs that come after: here every cool-down is over at once.
        self.home.sql("CREATE TRIGGER at_once AFTER INSERT ON patchbay_key_health"
                      " BEGIN DELETE FROM patchbay_key_health WHERE failures = 0; END")
        self.write("jobs.jsonl", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(self.jobs)])
        done = self.home.run("--json", "batch", "jobs.jsonl", "--concurrency", "8", "--provider", provider)
        document = json.loads(done.stdout)
        self.assertEqual(emulator.counts()["concurrent"], 0)
        for n, job in enumerate(document["jobs"]):
            if job["state"] == "done":
                with Image.open(self.home.work / f"{n}.img") as image:
                    image.load()
            else:
                self.assertEqual((job["state"], job["images"]), ("failed", []))
                self.assertTrue(job["error"]["code"])
                self.assertTrue(job["error"]["message"])
                self.assertFalse(self.exists(f"{n}.img"))
        summary = document["summary"]
        self.assertEqual(summary["done"] + summary["failed"], self.jobs)
        self.assertEqual(summary["images"], summary["done"])
        self.assertEqual(done.returncode == 0, summary["failed"] == 0)
        self.assertGreater(emulator.counts()["faulted"], self.jobs // 20, "the faults hardly came")
        return summary

    def test_each_billed_call_is_an_image_or_reported_as_lost(self):
        self.configure()
        share = 0.2 / len(self.certain)
        emulator = self.emulate("--image-bytes", "40K", "--seed", "4",
                                *(word for name in self.certain for word in ("--fault", f"{name}:{share:.4f}")))
        summary = self.run_batch(emulator)
        lost = summary["lost"]
        self.assertGreater(lost["billed"], 0)
        self.assertEqual(emulator.counts()["billed"], summary["images"] + lost["billed"] + lost["maybe_billed"])

    def test_no_fault_there_is_makes_a_billed_call_vanish(self):
        for provider in ("gemini", "openrouter", "requesty"):
            with self.subTest(provider):
                self.home = support.Home()
                self.addCleanup(self.home.remove)
                self.succeed("init")
                emulator = support.Emulator("--image-bytes", "40K", "--seed", "5", "--fault-rate", "20")
                self.addCleanup(emulator.stop)
                access = emulator.providers[provider]
                self.succeed("provider", "set", provider, "--endpoint", access["base_url"], "--allow-private")
                self.succeed("configure", "--provider", provider, "--api-key-stdin", "--no-verify", text=access["key"])
                summary = self.run_batch(emulator, provider)
                billed, lost = emulator.counts()["billed"], summary["lost"]
                self.assertGreaterEqual(billed, summary["images"])
                self.assertLessEqual(billed, summary["images"] + lost["billed"] + lost["maybe_billed"])

    def test_tells_a_person_what_was_lost(self):
        self.configure()
        self.emulate("--fault", "truncated:x2", "--fault", "drop_before:x1")
        self.write("jobs.jsonl", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(4)])
        done = self.home.run("batch", "jobs.jsonl", "--concurrency", "1")
        self.assertIn("\n1 call was billed and gave nothing, 1 call may have been billed and gave nothing\n", done.stdout)
        done = self.succeed("batch", "jobs.jsonl", "--resume")
        self.assertIn("in earlier runs, ", done.stdout)

    def test_says_of_one_image_that_it_was_billed_and_is_lost(self):
        self.configure()
        self.emulate("--fault", "truncated")
        self.assertIn("1 call was billed and gave nothing", self.fail_with(1, "generate", "a cat").stderr)


class InterruptTest(BatchCase):
    def test_ends_with_130_and_says_how_to_go_on(self):
        self.configure()
        emulator = self.emulate("--fault", "stall_body:0.5")
        self.write("jobs.json", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(12)])
        running = self.home.start("batch", "jobs.json", "--concurrency", "3")
        while sum(self.exists(f"{n}.img") for n in range(12)) < 1:
            self.assertIsNone(running.poll())
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 130, err)
        self.assertIn("go on with: patchbay batch jobs.json --resume", err)
        made = [n for n in range(12) if self.exists(f"{n}.img")]
        self.assertIn(f"interrupted; {len(made)} of 12 jobs are done", err)
        self.assertIn("not done", out)
        self.assertEqual(sorted(path.name for path in self.home.work.iterdir()),
                         sorted(["jobs.json", "jobs.json.journal"] + [f"{n}.img" for n in made]))
        self.point_at(self.emulator.url)
        self.assertEqual(self.home.json("batch", "jobs.json", "--resume")["summary"]["done_before"], len(made))

    def test_refuses_a_second_run_at_once(self):
        self.configure()
        emulator = self.emulate("--fault", "stall_head")
        self.write("jobs.json", [{"prompt": "cat", "output": "cat.img"}])
        running = self.home.start("batch", "jobs.json")
        self.addCleanup(running.communicate)
        while not emulator.log():
            self.assertIsNone(running.poll())
        self.assertIn("under way already", self.fail_with(2, "batch", "jobs.json", "--resume").stderr)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(support.TIME_MAX), 130)

    def test_shows_a_bar_at_a_terminal_and_nowhere_else(self):
        self.configure()
        self.emulate("--latency", "150")
        self.write("jobs.json", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(8)])
        leader, follower = pty.openpty()
        running = support.subprocess.Popen(self.home.command("batch", "jobs.json", "--concurrency", "1"),
                                           stdin=support.subprocess.DEVNULL, stdout=support.subprocess.PIPE,
                                           stderr=follower, cwd=self.home.work, env=support.environment())
        os.close(follower)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
            while select.select([leader], [], [], support.TIME_MAX)[0]:
                piece = os.read(leader, 65536)
                if not piece:
                    break
                shown += piece
        os.close(leader)
        out, _ = running.communicate(timeout=support.TIME_MAX)
        self.assertEqual(running.returncode, 0, shown)
        self.assertIn(b"[------------------------] 0/8", shown)
        self.assertRegex(shown, rb"\[#+-+\] [1-7]/8")
        self.assertTrue(shown.endswith(b"\r\x1b[K"), "the line is cleared")
        self.assertNotIn(b"[#", out)
        self.assertNotIn("[#", self.succeed("batch", "jobs.json", "--resume").stderr)


class KillTest(BatchCase):
    emulator_options = ("--latency", "40")
    jobs = 30

    def test_pays_for_no_finished_job_twice(self):
        self.configure()
        self.write("jobs.jsonl", [{"prompt": f"cat {n}", "output": f"{n}.img"} for n in range(self.jobs)])
        chance = random.Random(20260303)
        killed = 0
        while True:
            there = [n for n in range(self.jobs) if self.exists(f"{n}.img")]
            running = self.home.start("batch", "jobs.jsonl", "--resume", "--concurrency", "3")
            before = self.emulator.request_count()
            with contextlib.suppress(support.subprocess.TimeoutExpired):
                running.wait(chance.uniform(0.1, 1.5))
            running.kill()
            _, err = running.communicate(timeout=support.TIME_MAX)
            for n in range(self.jobs):
                if self.exists(f"{n}.img"):
                    with Image.open(self.home.work / f"{n}.img") as image:
                        image.load()
            made = sum(self.exists(f"{n}.img") for n in range(self.jobs)) - len(there)
            sent = self.emulator.request_count() - before
            self.assertLessEqual(sent, made + 3, "more than what was under way was lost")
            if running.returncode == 0:
                break
            self.assertEqual(running.returncode, -signal.SIGKILL, err)
            killed += 1
            self.assertLess(killed, 60)
        self.assertGreater(killed, 0, "nothing was killed in time")
        before = self.emulator.request_count()
        summary = self.home.json("batch", "jobs.jsonl", "--resume")["summary"]
        self.assertEqual(summary["done_before"], self.jobs)
        self.assertEqual(self.emulator.request_count(), before)
        # What a kill cut off was billed or not, and is told in any case.
        billed = self.emulator.counts()["billed"]
        self.assertEqual((summary["images_before"], summary["lost_before"]["billed"]), (self.jobs, 0))
        self.assertGreaterEqual(billed, self.jobs)
        self.assertLessEqual(billed, self.jobs + summary["lost_before"]["maybe_billed"])


if __name__ == "__main__":
    support.main()

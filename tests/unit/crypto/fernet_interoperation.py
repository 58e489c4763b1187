"""Random messages between our Fernet and Python's `cryptography`, each way.

usage: fernet_interoperation.py FERNET_TOOL COUNT
"""

import random
import subprocess
import sys

try:
    from cryptography.fernet import Fernet, InvalidToken
except ImportError:
    print("skipped: python3-cryptography is not installed")
    sys.exit(77)


class Tool:
    """Our implementation, as a process that answers one line for each."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def flipped(token, generator):
    """The token with one bit of its decoded bytes changed, still canonical base64url."""
    import base64
    raw = bytearray(base64.urlsafe_b64decode(token))
    bit = generator.randrange(len(raw) * 8)
    raw[bit // 8] ^= 1 << bit % 8
    return base64.urlsafe_b64encode(raw).decode()


def check_message(tool, generator):
    key = Fernet.generate_key()
    theirs = Fernet(key)
    message = generator.randbytes(generator.choice([0, 1, 15, 16, 17, 39, generator.randrange(2000)]))
    time_s = generator.randrange(2**33)

    token = tool.ask("encrypt", key.decode(), str(time_s), message.hex())
    assert theirs.decrypt(token) == message, token
    assert theirs.extract_timestamp(token) == time_s, token

    token = theirs.encrypt_at_time(message, time_s).decode()
    assert tool.ask("decrypt", key.decode(), token) == "=" + message.hex(), token

    damaged = flipped(token, generator)
    assert tool.ask("decrypt", key.decode(), damaged) == "invalid", damaged
    try:
        theirs.decrypt(damaged)
        raise AssertionError("the reference accepts " + damaged)
    except InvalidToken:
        pass
    assert tool.ask("decrypt", Fernet.generate_key().decode(), token) == "invalid"


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    generator = random.Random(20260101)
    tool = Tool(program)
    for _ in range(count):
        check_message(tool, generator)
    assert tool.close() == 0
    print(f"{count} messages each way agree")


main()

"""A token of the vault opens in Python's `cryptography` with the exported key.

usage: vault_interoperation.py VAULT_TOOL
"""

import subprocess
import sys

try:
    from cryptography.fernet import Fernet, InvalidToken
except ImportError:
    print("skipped: python3-cryptography is not installed")
    sys.exit(77)


def main():
    credentials = [b"AIza-not-a-key", "naïve-🍌".encode(), bytes(range(256)), b"k" * 16384]
    for credential in credentials:
        done = subprocess.run([sys.argv[1]], input=credential, capture_output=True, check=True)
        key, token = done.stdout.decode().splitlines()
        assert len(key) == 44, key
        assert Fernet(key).decrypt(token) == credential
        try:
            Fernet(Fernet.generate_key()).decrypt(token)
            raise AssertionError("another key opens the token")
        except InvalidToken:
            pass
    print(f"{len(credentials)} tokens open")


main()

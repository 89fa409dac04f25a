"""Damages weights files, NWB files and configs at random and gives them to the program.

    fuzz.py GANGLION SECONDS SEED weights|nwb|config FILE ...

Needs Python alone. A run that ends by a signal, with an internal error (a panic), after more than
30 s or with more than a gigabyte of memory is a finding: its file is kept in the current folder.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter

SIZES = [0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF]
VALUES = [b"-1", b"0", b"1e400", b"nan", b"inf", b'""', b"[]", b"{}", b"[[1]]", b"true",
          b"18446744073709551616", b"9223372036854775807", b"1979-05-27", b'"all"']


def damaged(whole, corpus, rng):
    data = bytearray(whole)
    for _ in range(rng.randint(1, 8)):
        if not data:
            break
        near = min(rng.choice([len(data), 256, 4096]), len(data))
        distance = rng.randrange(near)
        at = len(data) - 1 - distance if rng.random() < 0.25 else distance
        length = rng.randint(1, min(64, len(data) - at))
        kind = rng.randrange(8)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.randrange(256)
        elif kind == 2:
            data[at:at + length] = rng.randbytes(length)
        elif kind == 3 and rng.random() < 0.3:
            del data[at:]
        elif kind == 4:
            del data[at:at + length]
        elif kind == 5:
            data[at:at] = data[at:at + length]
        elif kind == 6:
            other = rng.choice(corpus)
            start = rng.randrange(len(other))
            data[at:at + length] = other[start:start + 512]
        else:
            count = rng.choice([1, 2, 4, 8])
            data[at:at + count] = rng.choice(SIZES).to_bytes(8, "little")[:count]
    return bytes(data)


def damaged_config(whole, corpus, rng):
    lines = whole.splitlines()
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(lines)) if lines else 0
        kind = rng.randrange(6)
        if not lines:
            break
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.append(lines[at])
        elif kind == 2 and b"=" in lines[at]:
            lines[at] = lines[at].split(b"=")[0] + b"= " + rng.choice(VALUES)
        elif kind == 3:
            middle = len(lines[at]) // 2
            lines[at] = lines[at][:middle] + rng.randbytes(2) + lines[at][middle:]
        elif kind == 4:
            lines.insert(at, rng.choice(rng.choice(corpus).splitlines()))
        elif b"=" in lines[at]:
            key, value = lines[at].split(b"=", 1)
            place = rng.randrange(len(key))
            lines[at] = key[:place] + b"x" + key[place:] + b"=" + value
    return b"\n".join(lines)


def command(program, kind, path, folder):
    out = os.path.join(folder, "out")
    return {
        "weights": [program, "import", path, "--out", out, "--json"],
        "nwb": [program, "import", path, "--out", out, "--json"],
        "config": [program, "train", path, "--out", out, "--set", 'recording.files=["none.h5"]'],
    }[kind]


def main():
    program, seconds, seed, kind, *files = sys.argv[1:]
    rng = random.Random(int(seed))
    corpus = [open(file, "rb").read() for file in files]
    names = {"weights": "f.pt", "nwb": "f.nwb", "config": "f.toml"}
    tally, findings, slowest = Counter(), 0, 0.0
    start = time.time()
    while time.time() - start < float(seconds):
        which = rng.randrange(len(corpus))
        change = damaged_config if kind == "config" else damaged
        data = change(corpus[which], corpus, rng)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, names[kind])
            with open(path, "wb") as file:
                file.write(data)
            began = time.time()
            try:
                done = subprocess.run(command(program, kind, path, folder), capture_output=True,
                                      timeout=30, preexec_fn=limit)
                bad = done.returncode not in (0, 1, 2) or b"internal error" in done.stderr
                outcome = {0: "accepted", 1: "refused", 2: "refused"}.get(done.returncode, "killed")
                if bad:
                    outcome = "finding"
                    print(files[which], done.returncode, done.stderr.decode("utf8", "replace")[:300],
                          flush=True)
            except subprocess.TimeoutExpired:
                outcome, bad = "finding", True
                print(files[which], "took longer than 30 s", flush=True)
            slowest = max(slowest, time.time() - began)
            if bad:
                findings += 1
                with open(f"finding-{kind}-{seed}-{findings}", "wb") as file:
                    file.write(data)
        tally[outcome] += 1
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{kind}, seed {seed}, {time.time() - start:.0f} s: {dict(tally)}, slowest {slowest:.1f} s, "
          f"peak memory {peak:.0f} MB", flush=True)


def limit():
    """A gigabyte of memory beyond what the program maps at its start."""
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))


main()

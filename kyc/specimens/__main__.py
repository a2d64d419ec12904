"""Owns `python -m kyc.specimens OUT`: a labelled set of photographed specimens."""

import argparse
from pathlib import Path

from kyc.specimens.sets import CONDITIONS, KINDS, write_set


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("out", type=Path, help="directory for images/ and labels/")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--condition", choices=CONDITIONS, help="one for all; else every in turn")
    parser.add_argument("--layout", choices=KINDS, help="one for all; else every in turn")
    arguments = parser.parse_args()
    write_set(arguments.out, arguments.count, arguments.seed, arguments.condition, arguments.layout)


if __name__ == "__main__":
    main()

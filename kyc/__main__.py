"""Owns `python -m kyc`, which is the command `kyc`."""

from kyc.cli import main

if __name__ == "__main__":
    main()

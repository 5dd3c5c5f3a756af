"""`make bench`: every measurement, each a ratio against a yardstick of the same run. Names as arguments pick some."""

from __future__ import annotations

import importlib
import sys

BENCHES = ("pairing", "swaps", "measures", "reports", "digests", "responders", "latency", "loop")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        print(f"There is no bench named {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}.")
        return 2
    for name in wanted or BENCHES:
        print(f"\n== {name}")
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

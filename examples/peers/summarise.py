"""Makes the table of docs/benchmarks.md from the lines of a run: summarise.py results.jsonl"""

import collections
import json
import statistics
import sys

TITLES = {
    "advance": "durable advance, one at a time, the case loaded first",
    "bulk": "advances in bulk",
    "decide": "advances decided in memory",
    "timers": "timers fired, durable",
    "replay": "events replayed",
    "cold": "one command from the shell",
}


def figure(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:,.1f}" if number >= 10 else f"{number:.2f}"


def part(number):
    """Three digits that say something, never an exponent."""
    return f"{number:.2f}" if number >= 0.1 else f"{number:.3f}" if number >= 0.01 else f"{number:.2g}" if number >= 1e-4 else "< 0.0001"


def spread(values, write):
    return f"{write(statistics.median(values))} ({write(min(values))} to {write(max(values))})"


def main():
    lines = [json.loads(line) for line in open(sys.argv[1])]
    taken, bare, sizes = collections.defaultdict(dict), {}, {}
    for line in lines:
        if "seconds" not in line:
            continue
        rate = line["n"] / line["seconds"]
        key = (line["measure"], line["peer"], line["version"], line["how"])
        taken[key][line["round"]] = rate
        sizes[key] = line["n"]
        if line["peer"] == "bare":
            bare[line["measure"], line["round"]] = rate
    print("| peer | version | how | done | a second | of the bare loop |")
    print("| --- | --- | --- | ---: | ---: | ---: |")
    for measure, title in TITLES.items():
        rows = [(key, rounds) for key, rounds in taken.items() if key[0] == measure]
        rows.sort(key=lambda row: (row[0][1] != "bare", row[0][1] != "mapcase", -statistics.median(row[1].values())))
        if rows:
            print(f"| **{title}** | | | | | |")
        for key, rounds in rows:
            ratios = [rate / bare[measure, nth] for nth, rate in rounds.items() if (measure, nth) in bare]
            to_bare = "" if key[1] == "bare" or not ratios else spread(ratios, part)
            print(f"| {key[1]} | {key[2]} | {key[3]} | {sizes[key]:,} | {spread(list(rounds.values()), figure)} | {to_bare} |")
    for line in lines:
        if line["measure"] == "kept":
            print(f"\n{line['peer']}, killed after it had acknowledged {line['acknowledged']} advances, has {line['kept']} of them.")


if __name__ == "__main__":
    main()

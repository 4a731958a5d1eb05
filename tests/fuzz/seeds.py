#!/usr/bin/env python3
"""Makes the seed corpora of the fuzz targets from the files of the repository, and the dictionary of words; run by `run`.

    seeds.py FOLDER      each target's corpus goes to FOLDER/TARGET, the words to FOLDER/words.dict
"""
import hashlib, json, pathlib, re, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = pathlib.Path(sys.argv[1])
TARGET_OF = {"map": "map_text", "atlas": "atlas_text", "calendar": "calendar", "controls": "controls", "scenarios": "scenarios"}


def add(target, data):
    data = data if isinstance(data, bytes) else data.encode()
    folder = OUT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def add_file(text):
    kind = re.match(r"(?:\s*#.*\n|\s*\n)*\s*([a-z]+):", text)
    if kind and kind.group(1) in TARGET_OF:
        add(TARGET_OF[kind.group(1)], text)


for folder in ["processes", "examples", "tests/atlases"]:
    for path in sorted((ROOT / folder).rglob("*.y*ml")):
        add_file(path.read_text())
# The texts in the tests of the checker and in the rules' examples.
for path in sorted((ROOT / "crates/map/tests").rglob("*.md")) + sorted((ROOT / "docs").rglob("*.md")):
    for block in re.findall(r"```[a-z]*[^\n]*\n(.*?)```", path.read_text(), re.S):
        add_file(block)
for path in sorted((ROOT / "crates/map/src/rules").rglob("*.rs")):
    for block in re.findall(r'r"(.*?)"', path.read_text(), re.S):
        add_file(block.replace("⟦", "").replace("⟧", ""))
scene = (ROOT / "tests/fuzz/src/scene.rs").read_text()
for block in re.findall(r'= "\n(.*?)";', scene, re.S):
    add_file(block)
add("scenarios", """scenarios: review
cases:
  in-order:
    starts: 2022-10-03 09:00
    record: { child: Ada, number: '123456' }
    story:
      - { do: prepare, as: CW, check-off: signed, attach: { letter: L-1 } }
      - { at: 2022-10-04 10:00, receive: reply, as: CW }
      - refuse: { do: decide, because: wrong-command }
      - { do: decide, as: MGR, answer: no }
    ends: { handed-over: after }
  late:
    starts: 2022-10-03 09:00
    record: { child: Ada }
    story:
      - wait: 3 days
      - expect: { step: prepare, late: prepare }
""")
commands = [
    {"command": "open", "map": "review", "set": {"child": "Ada", "sum": "12.50"}, "request": "a"},
    {"command": "do", "case": "@a", "set": {"number": "123456"}, "attach": {"letter": "L-1"}, "check_off": ["signed"]},
    {"command": "receive", "case": "1R", "at": "2022-10-14 10:00"},
    {"command": "answer", "case": "1R", "answer": "no", "as": "MGR"},
    {"command": "set", "case": "1R", "set": {"hours": "7.5", "met_on": "2022-10-01", "urgent": True}},
    {"command": "note", "case": "1R", "text": "a note", "actor": "bob", "expect": 7},
    {"command": "assign", "case": "1R", "to": None},
    {"command": "withdraw", "case": "1R", "reason": "twice", "as": "MGR", "now": "2022-10-15 10:00"},
]
lines = [json.dumps(command) for command in commands]
add("batch_lines", "0" + "\n".join(lines))
for line in lines:
    add("batch_lines", "1" + lines[0] + "\n" + line)
for long in ["72 hours", "2 weeks 1 day", "17 years 6 months", "5 working days", "TBC", "99999999999 days"]:
    for when in ["2022-10-14 10:00", "2022-10-30 01:30", "2022-03-27T01:30:00+01:00", "9999-12-31"]:
        add("times", f"{long}\n{when}\n17V\n")
for pattern, value in [("[0-9]{5,9}", "12345"), ("H[0-9]{6}", "H123456"), (r"(?i)\w+|\d{2}/\d", "ab"), ("(a*)*b", "aaaa")]:
    add("patterns", f"{pattern}\n{value}\n")
for text in ["<script>alert(1)</script>\n=1+1\n", "\u202e\u001b[2J\n]]>&#0;\n\"'`\n", "--> end\n%%{init}\nhttps://a.b\n"]:
    add("worded", text)
    add("record", b"\x02\x00\x01" + text.encode())
add("record", bytes([2, 0, 0]) + b"123456\n" + bytes([0, 1]) + b"Ada\n\x01r\n" + bytes([0, 0, 1, 0, 0]) + b"98765\n" + bytes([1, 1, 0]) + b"L-1\n" + bytes([1, 1, 1, 0]))
for body in [
    {"note-added": {"text": "x"}}, {"case-assigned": {"to": None}}, {"case-ended": {"outcome": "done"}}, {"step-done": {"met": []}},
    {"step-entered": {"timers": []}}, {"item-checked": {"item": "signed"}}, {"fields-set": {"fields": {"number": {"plain": {"text": "12345"}}}}},
    {"decision-answered": {"answer": "yes", "on": None, "met": []}}, {"case-handed-over": {"case": 4, "map": "after"}},
    {"deadline-passed": {"kind": "deadline", "id": "prepare"}}, {"timeout-retracted": {"of_seq": 3}},
]:
    for how in (1, 8):
        add("casebook_cell", bytes([0, 8, 0, 4, how]) + json.dumps(body).encode())
for table in range(12):
    add("casebook_cell", bytes([table, 3, 0, 1, 8]) + b"2022-10-14T09:00:00Z")
for at in range(0, 160, 7):
    add("casebook_file", bytes([0, at, 33, 7, 255]))
for edit in [b"\x00\x00\x05", b"\x03\x00\x09\x00\x11\x00\x02", b"\x01\x00\x10\x00\x20\x02\x00\x08\x00\x12"]:
    add("map_edits", edit)

words = set(re.findall(r'"([a-z][a-z_-]{1,24})": \{', (ROOT / "docs/schema/mapcase.json").read_text()))
words |= {f"{word}: " for word in list(words)} | set("2 days|1 week of |TBC|hand-over|call|yes|no|working days|decision|wait|link|end|start".split("|"))
(OUT / "words.dict").write_text("".join(f'"{word}"\n' for word in sorted(words)))

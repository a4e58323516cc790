"""Adds up the counters of all .trx files below a folder, and prints 'N passed, N failed, N skipped'."""
import pathlib
import sys
import xml.etree.ElementTree as ET

names = ("passed", "failed", "notExecuted")
total = dict.fromkeys(names, 0)
files = sorted(pathlib.Path(sys.argv[1]).rglob("*.trx"))
for file in files:
    counters = ET.parse(file).getroot().find(".//{*}Counters")
    total["passed"] += int(counters.get("passed"))
    total["failed"] += sum(int(counters.get(name)) for name in ("failed", "error", "timeout", "aborted"))
    total["notExecuted"] += int(counters.get("total")) - int(counters.get("executed"))
    print(f"{file.parent.name}: {counters.get('passed')} of {counters.get('total')} passed")
print("{passed} passed, {failed} failed, {notExecuted} skipped".format(**total))
sys.exit(0 if total["passed"] > 0 and total["failed"] == 0 else 1)

"""Adds up the counters of all .trx files below a folder, names what failed, and prints 'N passed, N failed, N skipped'."""
import pathlib
import sys
import xml.etree.ElementTree as ET

names = ("passed", "failed", "notExecuted")
total = dict.fromkeys(names, 0)
files = sorted(pathlib.Path(sys.argv[1]).rglob("*.trx"))
failures = []
for file in files:
    run = ET.parse(file).getroot()
    counters = run.find(".//{*}Counters")
    total["passed"] += int(counters.get("passed"))
    total["failed"] += sum(int(counters.get(name)) for name in ("failed", "error", "timeout", "aborted"))
    total["notExecuted"] += int(counters.get("total")) - int(counters.get("executed"))
    print(f"{file.parent.name}: {counters.get('passed')} of {counters.get('total')} passed")
    failures += [(file.parent.name, result) for result in run.findall(".//{*}UnitTestResult") if result.get("outcome") == "Failed"]
for project, result in failures:
    message = result.findtext(".//{*}ErrorInfo/{*}Message") or ""
    stack = result.findtext(".//{*}ErrorInfo/{*}StackTrace") or ""
    print(f"\nFailed: {project}: {result.get('testName')}\n{message[:2000]}\n{stack[:1500]}")
print("{passed} passed, {failed} failed, {notExecuted} skipped".format(**total))
sys.exit(0 if total["passed"] > 0 and total["failed"] == 0 else 1)

#!/usr/bin/env python3
"""Draws docs/performance.svg from the results of test/AuthCode.Benchmarks (artifacts/benchmarks/run.json): ratios to the floor."""
import json
import math
import pathlib

root = pathlib.Path(__file__).resolve().parent.parent
measures = json.loads((root / "artifacts/benchmarks/run.json").read_text())
rows = [
    ("cached token, 1 key", "cached token"),
    ("cached token, 1,000 tenants of one user", "cached, 1,000 tenants"),
    ("redemption", "redemption"),
    ("redemption: allocated", "redemption, bytes"),
    ("refresh", "refresh"),
    ("refresh: allocated", "refresh, bytes"),
    ("redemption over loopback TLS, p50", "over loopback TLS"),
    ("create and redeem 10,000 users", "10,000 users"),
]
subjects = [("AuthCode", "#2f6fdd"), ("Azure.Identity", "#b9b9b9")]
value = {(m["Name"], m["Subject"]): m["Value"] for m in measures}
bars = [(label, s, colour, value[name, s] / value[name, "Floor"]) for name, label in rows if (name, "Floor") in value for s, colour in subjects]

width, left, bar, gap = 860, 190, 15, 16
scale = (width - left - 90) / math.log10(max(ratio for *_, ratio in bars) * 1.2)
height = 56 + len(bars) // 2 * (2 * bar + gap) + 12
out = [
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="13">',
    '<rect width="100%" height="100%" fill="white"/>',
    '<text x="10" y="20" font-weight="bold">Time or bytes as a multiple of the floor (logarithmic; shorter is better)</text>',
]
for i, (name, colour) in enumerate(subjects):
    out.append(f'<rect x="{left + i * 130}" y="30" width="12" height="12" fill="{colour}"/><text x="{left + 18 + i * 130}" y="41">{name}</text>')
for i, (label, subject, colour, ratio) in enumerate(bars):
    y = 56 + (i // 2) * (2 * bar + gap) + (i % 2) * bar
    length = max(2, math.log10(max(ratio, 1)) * scale)
    text = f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.1f}×"
    out.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar - 2}" fill="{colour}"/>')
    out.append(f'<text x="{left + length + 6:.1f}" y="{y + 12}">{text}</text>')
    if i % 2 == 0:
        out.append(f'<text x="{left - 10}" y="{y + bar + 4}" text-anchor="end">{label}</text>')
out.append("</svg>")
(root / "docs/performance.svg").write_text("\n".join(out) + "\n")

#!/usr/bin/env python3
"""Writes vendors.txt from the IEEE's registries of MAC address blocks.

    vendors.py FOLDER > vendors.txt

FOLDER holds oui.csv, mam.csv, oui36.csv and iab.csv as https://standards-oui.ieee.org/ gives them. The IEEE asserts no
copyright in these listings.
"""

import csv
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
vendors = {}
for name in ("iab", "oui36", "mam", "oui"):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            organisation = " ".join(row["Organization Name"].split())
            vendors.setdefault(row["Assignment"].upper(), organisation)
for prefix in sorted(vendors):
    print(f"{prefix}\t{vendors[prefix]}")

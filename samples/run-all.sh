#!/usr/bin/env bash
# Runs every system of the gallery in full: samples/run-all.sh --data DIR --out DIR
# Prints a table, leaves results.json and index.html in the output folder, and ends non-zero where a figure falls short of expected.json.
set -euo pipefail
exec dotnet run -c Release --project "$(dirname "$0")/Gallery" -- all "$@"

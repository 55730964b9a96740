#!/bin/sh
# Runs the CUDA suite and the benchmark on a machine with an NVIDIA driver: every kernel of the networks against the processor, then a table
# of times beside PyTorch's, where python3 has it. Needs no .NET: beside it, or in artifacts/gpu, lies what tests/gpu/build.sh published.
#   run.sh [--quick] [--no-peers] [network ...]
# Ends with 2 where a driver, a GPU or the published program is missing, with 1 where a result differs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here" "$here/../../artifacts/gpu"; do
    if [ -x "$folder/NetCompiler.Gpu" ]; then
        exec "$folder/NetCompiler.Gpu" "$@"
    fi
done
echo "NetCompiler.Gpu is missing: run tests/gpu/build.sh on a machine with the .NET SDK, and copy its folder here."
exit 2

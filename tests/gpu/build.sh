#!/bin/sh
# Publishes what tests/gpu/run.sh runs as one folder that carries .NET along, for machines that have none: by default artifacts/gpu.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/artifacts/gpu}
mkdir -p "$out"
out=$(cd "$out" && pwd)
# Kernels in all precisions, which take minutes to compile: other builds have those in single precision.
dotnet publish "$root/tests/NetCompiler.Gpu" -c Release -r linux-x64 --self-contained -o "$out" '-p:NetCompilerCudaPrecisions=Tf32|BFloat16'
# What the networks declare, for PyTorch.
dotnet run -c Release --project "$root/tests/NetCompiler.Benchmarks" -- describe --out "$out/networks"
cp "$root/tests/gpu/run.sh" "$out/run.sh"
echo "$out: copy it to a machine with an NVIDIA driver, and run run.sh there."

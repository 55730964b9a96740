#!/usr/bin/env bash
# Installs what `tests/NetCompiler.Benchmarks -- compare` measures against. Nothing else needs it.
#
#   tests/peers/install.sh [onnxruntime] [pytorch]     without arguments: both
#
# ONNX Runtime comes from the npm package onnxruntime-node, without running its install scripts: the CPU library is in the package, and
# its C API is what is called. PyTorch is Debian's python3-torch with OpenBLAS over OpenMP, and needs root.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
peers=$root/artifacts/peers
onnxruntime_version=1.30.0

install_onnxruntime() {
  command -v npm > /dev/null || { echo "npm is needed for ONNX Runtime and is not on the path."; return 1; }
  mkdir -p "$peers"
  npm install --prefix "$peers" --ignore-scripts --no-audit --no-fund "onnxruntime-node@$onnxruntime_version"
  ls "$peers"/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1
}

install_pytorch() {
  command -v apt-get > /dev/null || { echo "apt-get is needed for PyTorch: this is for Debian and its like."; return 1; }
  apt-get install -y --no-install-recommends python3-torch python3-numpy libopenblas0-openmp
  /usr/bin/python3 -c 'import torch; print("PyTorch", torch.__version__)'
}

[ $# -gt 0 ] || set -- onnxruntime pytorch
for peer in "$@"; do
  case $peer in
    onnxruntime | pytorch) "install_$peer" ;;
    *) echo "usage: $0 [onnxruntime] [pytorch]"; exit 2 ;;
  esac
done

"""PyTorch on a GPU as a peer of NetCompiler.Gpu.

Reads one case a line, "declaration <tab> pass <tab> batch <tab> files", and answers with one JSON object a line: the microseconds of each form
that this PyTorch has, of a run with everything on the GPU, as "fp32: CUDA graph". What a form fails with goes to stderr.
"""

import json
import sys
import time

import torch

if not torch.cuda.is_available():
    sys.exit("torch has no CUDA")

import torch.nn.functional as F  # noqa: E402

from pytorch_peer import Net, read_floats, read_safetensors  # noqa: E402

TURNS = 9
SECONDS = 0.5


def measure(run):
    """The median of some turns of many runs, each of which ends with all of them done."""

    def turn(count):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        for _ in range(count):
            run()
        torch.cuda.synchronize()
        return (time.perf_counter() - begin) * 1e6 / count

    turn(5)
    count = max(1, min(10000, int(SECONDS / TURNS / (turn(1) * 1e-6))))
    return sorted(turn(count) for _ in range(TURNS))[TURNS // 2]


def captured(run):
    """A run as a CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(5):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay


def predictor(module, x, cast):
    module.eval()

    def run():
        with torch.no_grad(), cast():
            module(x)

    return run


def trainer(module, net, x, labels, cast):
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-6)

    def run():
        optimizer.zero_grad(set_to_none=False)
        with cast():
            loss = F.cross_entropy(module(x, logits=True).float(), labels)
        loss.backward()
        optimizer.step()

    return run


def forms(declaration, kind, batch, files):
    layers = declaration["layers"]
    labels = None

    def build(last):
        net = Net(layers, declaration["result"], read_safetensors(files + ".weights")).cuda()
        x = read_floats(files + ".input", [batch] + layers[0]["shape"]).cuda()
        if last:
            net = net.to(memory_format=torch.channels_last)
            x = x.contiguous(memory_format=torch.channels_last)
        return net, x

    with open(files + ".labels", "rb") as file:
        labels = torch.frombuffer(bytearray(file.read()), dtype=torch.int32).long().cuda()

    def off():
        return torch.autocast("cuda", enabled=False)

    def half():
        return torch.autocast("cuda", dtype=torch.bfloat16)

    for precision, tf32, cast in (("fp32", False, off), ("tf32", True, off), ("bf16", True, half)):
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True
        for last in (False, True) if len(layers[0]["shape"]) == 3 else (False,):
            suffix = ", channels last" if last else ""

            def make(compiled):
                net, x = build(last)
                module = torch.compile(net) if compiled else net
                return predictor(module, x, cast) if kind == "predict" else trainer(module, net, x, labels, cast)

            yield f"{precision}: eager{suffix}", lambda: make(False)
            yield f"{precision}: CUDA graph{suffix}", lambda: captured(make(False))
            if hasattr(torch, "compile"):
                yield f"{precision}: compile{suffix}", lambda: make(True)
                yield f"{precision}: compile, CUDA graph{suffix}", lambda: captured(make(True))


def main():
    out = sys.stdout
    sys.stdout = sys.stderr
    print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name(0)}", file=out, flush=True)
    for line in sys.stdin:
        path, kind, batch, files = line.rstrip("\n").split("\t")
        with open(path, encoding="utf-8") as file:
            declaration = json.load(file)
        answer = {}
        for name, make in forms(declaration, kind, int(batch), files):
            try:
                answer[name] = measure(make())
            except Exception as error:  # a form that this version, or this network, does not have
                print(f"{files} {name}: {type(error).__name__}: {error}".splitlines()[0], file=sys.stderr)
            torch.cuda.empty_cache()
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()

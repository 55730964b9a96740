#!/usr/bin/env python3
"""Classifies handwritten digits with the library that samples/DigitsNative publishes, by ctypes alone.

    dotnet publish -c Release samples/DigitsNative -o native
    python3 samples/DigitsNative/classify.py native/digits.so [--probabilities] digit.pgm …

Pictures are 28×28, binary PGM, light ink on black as in MNIST.
"""
import ctypes
import sys


def load(path):
    library = ctypes.CDLL(path)
    library.digit_net_create.restype = ctypes.c_void_p
    library.digit_net_error.restype = ctypes.c_char_p
    library.digit_net_input_length.restype = ctypes.c_size_t
    library.digit_net_output_length.restype = ctypes.c_size_t
    library.digit_net_predict.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_float)]
    library.digit_net_free.argtypes = [ctypes.c_void_p]
    return library


def read_picture(path, length):
    with open(path, "rb") as file:
        header, pixels = b"P5 28 28 255", b""
        content = file.read()
    if content.split()[:4] == header.split():
        pixels = content[-length:]
    if len(pixels) != length:
        sys.exit(f"{path}: expected a binary PGM of 28x28 pixels and 255 levels")
    return pixels


def main(library_path, *paths):
    library = load(library_path)
    probabilities = paths[:1] == ("--probabilities",)
    network = library.digit_net_create()
    if not network:
        sys.exit(library.digit_net_error().decode())
    outputs = (ctypes.c_float * library.digit_net_output_length())()
    for path in paths[probabilities:]:
        if library.digit_net_predict(network, read_picture(path, library.digit_net_input_length()), 1, outputs) != 0:
            sys.exit(library.digit_net_error().decode())
        best = max(range(len(outputs)), key=outputs.__getitem__)
        print(f"{path}: {best} ({100 * outputs[best]:.1f} %)")
        if probabilities:
            for k, value in enumerate(outputs):
                print(f"  {k} {value.hex()}")
    library.digit_net_free(network)


if __name__ == "__main__":
    main(*sys.argv[1:])

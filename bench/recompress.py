"""Inflates the blocks of a BGZF file, and deflates a text in such blocks, with libdeflate: what no program that
turns the one into the other can go below. Each thread has a part of the blocks: two threads of one core take more CPU
time than one alone, and this is compared with programs that have as many.

usage: recompress.py THREADS IN.gz [TEXT LEVEL OUT]          (thread i writes OUT.i)
"""
import ctypes
import ctypes.util
import os
import struct
import sys
import threading

BLOCK = 0xFF00  # bytes of text in a block


def library():
    found = ctypes.CDLL(ctypes.util.find_library("deflate"))
    for name in ("libdeflate_alloc_decompressor", "libdeflate_alloc_compressor"):
        getattr(found, name).restype = ctypes.c_void_p
    found.libdeflate_deflate_compress.restype = ctypes.c_size_t
    return found


def block_starts(path):
    """Where the blocks of a BGZF file begin, and where the last one ends."""
    starts = [0]
    with open(path, "rb") as file:
        while head := file.read(18):
            starts.append(starts[-1] + struct.unpack("<H", head[16:])[0] + 1)
            file.seek(starts[-1])
    return starts


def inflate(deflate, path, starts):
    text, state = ctypes.create_string_buffer(1 << 16), ctypes.c_void_p(deflate.libdeflate_alloc_decompressor())
    with open(path, "rb") as file:
        file.seek(starts[0])
        for begin, end in zip(starts, starts[1:]):
            packed = file.read(end - begin)[18:]
            size = struct.unpack("<I", packed[-4:])[0]
            if deflate.libdeflate_deflate_decompress(state, packed, ctypes.c_size_t(len(packed) - 8), text,
                                                     ctypes.c_size_t(size), None):
                os.abort()  # a block is damaged
            deflate.libdeflate_crc32(0, text, ctypes.c_size_t(size))


def pack(deflate, path, starts, level, out_path):
    state, packed = ctypes.c_void_p(deflate.libdeflate_alloc_compressor(level)), ctypes.create_string_buffer(1 << 17)
    with open(path, "rb") as file, open(out_path, "wb") as out:
        file.seek(starts[0])
        for begin, end in zip(starts, starts[1:]):
            text = file.read(end - begin)
            size = deflate.libdeflate_deflate_compress(state, text, ctypes.c_size_t(len(text)), packed,
                                                       ctypes.c_size_t(len(packed)))
            deflate.libdeflate_crc32(0, text, ctypes.c_size_t(len(text)))
            out.write(memoryview(packed)[:size])


def in_threads(count, starts, work):
    """Calls work(i, its part of the blocks) in each of `count` threads. libdeflate is called without Python's lock."""
    ends = [(len(starts) - 1) * i // count for i in range(count + 1)]
    threads = [threading.Thread(target=work, args=(i, starts[ends[i]:ends[i + 1] + 1])) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    deflate = library()
    count, path = int(sys.argv[1]), sys.argv[2]
    in_threads(count, block_starts(path), lambda i, starts: inflate(deflate, path, starts))
    if len(sys.argv) > 3:
        text, level, out = sys.argv[3], int(sys.argv[4]), sys.argv[5]
        size = os.path.getsize(text)
        in_threads(count, [*range(0, size, BLOCK), size], lambda i, starts: pack(deflate, text, starts, level,
                                                                                 f"{out}.{i}"))


if __name__ == "__main__":
    main()

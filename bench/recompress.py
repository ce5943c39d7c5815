"""Inflates the blocks of a BGZF file, and deflates a text in such blocks, with libdeflate: what no program that
turns the one into the other can go below.

usage: recompress.py IN.gz [TEXT LEVEL OUT]
"""
import ctypes
import ctypes.util
import struct
import sys

BLOCK = 0xFF00  # bytes of text in a block


def library():
    found = ctypes.CDLL(ctypes.util.find_library("deflate"))
    for name in ("libdeflate_alloc_decompressor", "libdeflate_alloc_compressor"):
        getattr(found, name).restype = ctypes.c_void_p
    found.libdeflate_deflate_compress.restype = ctypes.c_size_t
    return found


class Inflater:
    def __init__(self, deflate):
        self.deflate, self.text = deflate, ctypes.create_string_buffer(1 << 16)
        self.with_state = ctypes.c_void_p(deflate.libdeflate_alloc_decompressor())

    def blocks(self, path):
        """The number of bytes of each block's text, which is in self.text until the next."""
        with open(path, "rb") as file:
            while head := file.read(18):
                packed = file.read(struct.unpack("<H", head[16:])[0] + 1 - 18)
                size = struct.unpack("<I", packed[-4:])[0]
                failed = self.deflate.libdeflate_deflate_decompress(
                    self.with_state, packed, ctypes.c_size_t(len(packed) - 8), self.text, ctypes.c_size_t(size), None)
                if failed:
                    raise SystemExit(f"{path}: a block is damaged")
                self.deflate.libdeflate_crc32(0, self.text, ctypes.c_size_t(size))
                yield size


def main():
    deflate = library()
    inflater = Inflater(deflate)
    for _ in inflater.blocks(sys.argv[1]):
        pass
    if len(sys.argv) == 2:
        return
    compressor = ctypes.c_void_p(deflate.libdeflate_alloc_compressor(int(sys.argv[3])))
    packed = ctypes.create_string_buffer(1 << 17)
    with open(sys.argv[2], "rb") as file, open(sys.argv[4], "wb") as out:
        while text := file.read(BLOCK):
            size = deflate.libdeflate_deflate_compress(compressor, text, ctypes.c_size_t(len(text)), packed,
                                                       ctypes.c_size_t(len(packed)))
            deflate.libdeflate_crc32(0, text, ctypes.c_size_t(len(text)))
            out.write(memoryview(packed)[:size])


if __name__ == "__main__":
    main()

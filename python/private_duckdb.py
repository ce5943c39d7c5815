"""Makes the DuckDB of a package its own: usage: private_duckdb.py FOLDER

FOLDER has lib/varjoin/libduckdb.so and what is linked to it. A process may have other copies of DuckDB, of any version,
and two things would mix them up:

- The loader takes a library that is there already for any other of the same soname. So the library gets another name,
  as long as the old one, which is written over it in the files' string tables.
- Symbols of the binding GNU_UNIQUE are one for the whole process, even across libraries that are loaded without
  RTLD_GLOBAL. Such as the library exports become weak ones.
"""
import struct
import sys
from pathlib import Path

OLD, NEW = b"libduckdb.so", b"libduckvj.so"
STB_WEAK, STB_GNU_UNIQUE = 2, 10
SHT_DYNSYM = 11
DYNSYM_ENTRY = 24


def sections(data):
    """(type, offset, size, link) of each section of a 64-bit little-endian ELF file."""
    start, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    for i in range(count):
        kind, = struct.unpack_from("<I", data, start + i * size + 4)
        offset, length, link = struct.unpack_from("<QQI", data, start + i * size + 24)
        yield kind, offset, length, link


def make_private(path):
    data = bytearray(path.read_bytes())
    if data[:6] != b"\x7fELF\x02\x01":
        sys.exit(f"{path}: no ELF file of 64 bits, little-endian")
    found = list(sections(data))
    symbols = [section for section in found if section[0] == SHT_DYNSYM]
    if len(symbols) != 1:
        sys.exit(f"{path}: {len(symbols)} tables of dynamic symbols, expected one")
    _, start, length, strings = symbols[0]
    for entry in range(start, start + length, DYNSYM_ENTRY):
        if data[entry + 4] >> 4 == STB_GNU_UNIQUE:
            data[entry + 4] = STB_WEAK << 4 | data[entry + 4] & 0xF
    _, text_start, text_length, _ = found[strings]
    text = bytes(data[text_start:text_start + text_length])
    if text.count(b"\0" + OLD + b"\0") != 1:
        sys.exit(f"{path}: does not name {OLD.decode()} once, as expected")
    data[text_start:text_start + text_length] = text.replace(b"\0" + OLD + b"\0", b"\0" + NEW + b"\0")
    path.write_bytes(data)


def main():
    folder = Path(sys.argv[1])
    library = folder / "lib/varjoin" / OLD.decode()
    for path in (library, folder / "bin/varjoin", *folder.glob("_native*.so")):
        make_private(path)
    library.rename(library.with_name(NEW.decode()))


if __name__ == "__main__":
    main()

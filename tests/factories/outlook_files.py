"""Outlook's own containers, written from scratch: a saved message (.msg) and a winmail.dat."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR = 512
_MINI = 64
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_TEXT, _BINARY = 0x001F, 0x0102


def create_msg(*, subject: str, sender: str, body: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """A saved Outlook message with the given words and attached files."""
    root = _properties({0x0037: subject, 0x0C1A: sender, 0x1000: body, 0x001A: "IPM.Note"}, header=32)
    storages = {}
    for number, (name, content) in enumerate((files or {}).items()):
        storages[f"__attach_version1.0_#{number:08X}"] = _properties(
            {0x3707: name, 0x3701: content}, header=8
        )
    return _compound(root, storages)


def _properties(values: Mapping[int, str | bytes], header: int) -> dict[str, bytes]:
    streams, table = {}, b"\0" * header
    for tag, value in values.items():
        kind = _TEXT if isinstance(value, str) else _BINARY
        content = value.encode("utf-16-le") if isinstance(value, str) else value
        streams[f"__substg1.0_{tag:04X}{kind:04X}"] = content
        size = len(content) + (2 if kind == _TEXT else 0)
        table += struct.pack("<HHIII", kind, tag, 6, size, 0)
    return {"__properties_version1.0": table, **streams}


def _compound(root: Mapping[str, bytes], storages: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """A compound file in which every stream lies in the mini stream, whatever its size needs."""
    entries: list[tuple[str, int, int, int, int, int]] = []
    mini, chains = bytearray(), []
    big: list[tuple[int, bytes]] = []

    def add_stream(name: str, content: bytes) -> None:
        index = len(entries)
        if len(content) >= 4096:
            big.append((index, content))
            entries.append((name, 2, _END, len(content), _FREE, _FREE))
            return
        start = len(mini) // _MINI
        count = max(1, -(-len(content) // _MINI))
        mini.extend(content.ljust(count * _MINI, b"\0"))
        chains.extend([*range(start + 1, start + count), _END])
        entries.append((name, 2, start, len(content), _FREE, _FREE))

    entries.append(("Root Entry", 5, 0, 0, _FREE, _FREE))
    groups: list[tuple[int, list[int]]] = [(0, [])]
    for name, content in root.items():
        groups[0][1].append(len(entries))
        add_stream(name, content)
    for name, streams in storages.items():
        groups[0][1].append(len(entries))
        groups.append((len(entries), []))
        entries.append((name, 1, 0, 0, _FREE, _FREE))
        for inner, content in streams.items():
            groups[-1][1].append(len(entries))
            add_stream(inner, content)
    children = {owner: _link(entries, members) for owner, members in groups}
    return _pack(entries, children, bytes(mini), chains, big)


def _link(entries: list[tuple[str, int, int, int, int, int]], members: list[int]) -> int:
    """Siblings as a chain to the right, in the order that compound files sort names."""
    ordered = sorted(members, key=lambda index: (len(entries[index][0]), entries[index][0].upper()))
    for index, after in zip(ordered, [*ordered[1:], _FREE], strict=True):
        name, kind, start, size, _, _ = entries[index]
        entries[index] = (name, kind, start, size, after, _FREE)
    return ordered[0] if ordered else _FREE


def _pack(
    entries: list[tuple[str, int, int, int, int, int]],
    children: Mapping[int, int],
    mini: bytes,
    chains: list[int],
    big: list[tuple[int, bytes]],
) -> bytes:
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(content: bytes) -> int:
        if not content:
            return _END
        start, count = len(sectors), -(-len(content) // _SECTOR)
        sectors.extend(content[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    starts = {index: store(content) for index, content in big}
    mini_start = store(mini)
    mini_fat = store(
        b"".join(struct.pack("<I", link) for link in chains).ljust(
            -(-len(chains) * 4 // _SECTOR) * _SECTOR, b"\xff"
        )
    )
    directory = b""
    for index, (name, kind, start, size, right, _) in enumerate(entries):
        if index == 0:
            start, size = mini_start, len(mini)
        encoded = (name + "\0").encode("utf-16-le")
        directory += encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(encoded), kind, 1, _FREE, right, children.get(index, _FREE)
        )
        directory += b"\0" * 36 + struct.pack("<IQ", starts.get(index, start), size)
    directory_start = store(directory)
    fat_sectors = -(-(len(fat) + 4) // 128)
    fat_start = len(sectors)
    fat.extend([0xFFFFFFFD] * fat_sectors)
    table = b"".join(struct.pack("<I", link) for link in fat).ljust(fat_sectors * _SECTOR, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    header += struct.pack(
        "<IIIIIIIIII",
        0,
        fat_sectors,
        directory_start,
        0,
        4096,
        mini_fat,
        -(-len(chains) * 4 // _SECTOR),
        _END,
        0,
        fat_start,
    )
    header += b"".join(struct.pack("<I", fat_start + n) for n in range(1, fat_sectors))
    return header.ljust(_SECTOR, b"\xff") + b"".join(sectors) + table


def create_winmail(*, body: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """A winmail.dat (TNEF) with a plain body and attached files."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(1, 0x800C, 2, body.encode("cp1252") + b"\0")
    for name, content in (files or {}).items():
        out += _attribute(2, 0x9002, 6, b"\0" * 14)
        out += _attribute(2, 0x8010, 1, name.encode("cp1252") + b"\0")
        out += _attribute(2, 0x800F, 6, content)
    return out


def _attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

# SPDX-License-Identifier: BSD-3-Clause
"""Bytes that hosts say, from short descriptions in expect.yaml.

    "GET / HTTP/1.1\\r\\n\\r\\n"                text is Latin-1: "\\xff" is one byte
    {hex: "16 03 01"}
    {repeat: "A", times: 5000}
    {gzip: "body"}   {deflate: "body"}        the body, compressed
    {chunked: ["part", "part"]}               with sizes and the last, empty chunk
    {length: x}                               x behind "Content-Length: N" and an empty line
    {dns: {id: 7, name: example.com, type: A, answers: [10.0.0.1], code: 0}}
    {counted: x}                              x behind its length in two bytes (DNS over TCP)
    {tls: {hello: example.com}}               a ClientHello record with that server name
    {tls: {server: "1.2", subject: {CN: a}}}  ServerHello and a certificate
    [x, y, ...]                               one after the other
"""

import gzip
import hashlib
import ipaddress
import struct
import zlib

DNS_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28}
DN_OIDS = {"CN": b"\x55\x04\x03", "C": b"\x55\x04\x06", "O": b"\x55\x04\x0a"}


def bytes_of(said) -> bytes:
    """What a description stands for."""
    if isinstance(said, str):
        return said.encode("latin-1")
    if isinstance(said, list):
        return b"".join(map(bytes_of, said))
    kinds = [kind for kind in _MAKERS if kind in said]
    if len(kinds) != 1:
        raise ValueError(f"{said} is none of {', '.join(_MAKERS)}")
    return _MAKERS[kinds[0]](said)


def _deflated(said: dict) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(bytes_of(said["deflate"])) + squeeze.flush()


def _chunked(said: dict) -> bytes:
    parts = [bytes_of(part) for part in said["chunked"]]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in [*parts, b""])


def _with_length(said: dict) -> bytes:
    body = bytes_of(said["length"])
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _counted(said: dict) -> bytes:
    body = bytes_of(said["counted"])
    return struct.pack("!H", len(body)) + body


def _dns_name(name: str) -> bytes:
    labels = [label.encode("latin-1") for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _dns_data(kind: str, value: str) -> bytes:
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "TXT":
        return bytes([len(value)]) + value.encode("latin-1")
    return (b"\0\x0a" if kind == "MX" else b"") + _dns_name(value)


def _dns(said: dict) -> bytes:
    told = said["dns"]
    kind = told.get("type", "A")
    answers = told.get("answers")
    flags = 0x0100 if answers is None else 0x8180 | told.get("code", 0)
    message = struct.pack("!HHHHHH", told.get("id", 1), flags, 1, len(answers or []), 0, 0)
    message += _dns_name(told["name"]) + struct.pack("!HH", DNS_TYPES[kind], 1)
    for value in answers or []:
        data = _dns_data(kind, value)
        message += struct.pack("!HHHIH", 0xc00c, DNS_TYPES[kind], 1, 300, len(data)) + data
    return message


def _record(kind: int, version: int, data: bytes) -> bytes:
    return struct.pack("!BHH", kind, version, len(data)) + data


def _handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + struct.pack("!I", len(body))[1:] + body


def _client_hello(name: str) -> bytes:
    host = name.encode("latin-1")
    server_name = struct.pack("!HBH", len(host) + 3, 0, len(host)) + host
    extensions = [(0, server_name), (10, b"\0\x04\0\x1d\0\x17"), (11, b"\x01\0"),
                  (13, b"\0\x04\x04\x03\x08\x04"), (16, b"\0\x0c\x02h2\x08http/1.1")]
    packed = b"".join(struct.pack("!HH", n, len(v)) + v for n, v in extensions)
    suites = b"\x13\x01\x13\x02\xc0\x2b\xc0\x2f\x00\x9c"
    body = b"\x03\x03" + hashlib.sha256(host).digest() + b"\0" + struct.pack("!H", len(suites))
    body += suites + b"\x01\0" + struct.pack("!H", len(packed)) + packed
    return _record(22, 0x0301, _handshake(1, body))


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + struct.pack("!H", len(body)) + body


def _der_name(parts: dict) -> bytes:
    sets = [_der(0x31, _der(0x30, _der(6, DN_OIDS[kind]), _der(12, value.encode())))
            for kind, value in parts.items()]
    return _der(0x30, *sets)


def _certificate(subject: dict, issuer: dict) -> bytes:
    """An X.509 certificate of whose signature nothing is true."""
    algorithm = _der(0x30, _der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), _der(5))
    key = _der(0x30, _der(0x30, _der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), _der(5)),
               _der(3, b"\0" + _der(0x30, _der(2, b"\x00\xc3" + b"\x5a" * 30), _der(2, b"\1\0\1"))))
    valid = _der(0x30, _der(23, b"230101000000Z"), _der(23, b"330101000000Z"))
    inner = _der(0x30, _der(0xa0, _der(2, b"\2")), _der(2, b"\x10\x32\x54\x76"), algorithm,
                 _der_name(issuer), valid, _der_name(subject), key)
    return _der(0x30, inner, algorithm, _der(3, b"\0" + b"\x11" * 32))


def _server_hello(told: dict) -> bytes:
    body = b"\x03\x03" + hashlib.sha256(b"server").digest() + b"\0\xc0\x2f\0"
    hello = _handshake(2, body + b"\0\x04\0\x17\0\0")
    one = _certificate(told["subject"], told.get("issuer", told["subject"]))
    chain = struct.pack("!I", len(one))[1:] + one
    chain = struct.pack("!I", len(chain))[1:] + chain
    done = _handshake(14, b"")
    return _record(22, 0x0303, hello + _handshake(11, chain) + done)


def _tls(said: dict) -> bytes:
    told = said["tls"]
    return _client_hello(told["hello"]) if "hello" in told else _server_hello(told)


_MAKERS = {
    "hex": lambda said: bytes.fromhex(said["hex"]),
    "repeat": lambda said: bytes_of(said["repeat"]) * said["times"],
    "gzip": lambda said: gzip.compress(bytes_of(said["gzip"]), mtime=0),
    "deflate": _deflated,
    "chunked": _chunked,
    "length": _with_length,
    "dns": _dns,
    "counted": _counted,
    "tls": _tls,
}

"""Prints what the evidence of a ledger is by Python's hashlib: leaves, links, and for 1 to 40 leaves the root and paths.

Written from docs/evidence.md alone; the Swift code is compared with it.
"""

import hashlib
import json
import random

EMPTY = (bytes(32), 0)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def whole(value, size):
    return value.to_bytes(size, "big", signed=True)


def leaf(row):
    account, stripe, seq, balance, head = row
    return sha(b"\0", whole(account, 8), whole(stripe, 2), whole(seq, 8), whole(balance, 8), head), balance


def join(left, right):
    if left == EMPTY and right == EMPTY:
        return EMPTY
    return sha(b"\1", left[0], whole(left[1], 16), right[0], whole(right[1], 16)), left[1] + right[1]


def padded(nodes):
    size = 1
    while size < len(nodes):
        size *= 2
    return nodes + [EMPTY] * (size - len(nodes))


def root(nodes):
    """By halves, from the top: not the way the code goes."""
    if len(nodes) == 1:
        return nodes[0]
    half = len(nodes) // 2
    return join(root(nodes[:half]), root(nodes[half:]))


def path(nodes, position):
    if len(nodes) == 1:
        return []
    half = len(nodes) // 2
    if position < half:
        return path(nodes[:half], position) + [("right", root(nodes[half:]))]
    return path(nodes[half:], position - half) + [("left", root(nodes[:half]))]


def show(node):
    return {"hash": node[0].hex(), "sum": str(node[1])}


def rows(chance, count):
    balances = [chance.randrange(2**62) for _ in range(count)]
    if count > 1:
        balances[0] = -min(sum(balances[1:]), 2**63)
    return [(2**63 - 1 - i if i < 4 else i, i % 3, chance.randrange(2**40), balances[i], chance.randbytes(32))
            for i in range(count)]


def tree(chance, count):
    table = rows(chance, count)
    nodes = padded([leaf(row) for row in table])
    return {
        "leaves": [{"account": str(a), "stripe": s, "seq": str(q), "balance": str(b), "head": h.hex(),
                    "hash": leaf((a, s, q, b, h))[0].hex()} for a, s, q, b, h in table],
        "root": show(root(nodes)),
        "paths": [[{"side": side} | show(node) for side, node in path(nodes, i)] for i in range(count)],
    }


def link(chance):
    head, transaction = chance.randbytes(32), chance.randbytes(16)
    account, stripe, seq = chance.randrange(1, 2**63), chance.randrange(64), chance.randrange(1, 2**63)
    amount, created = chance.randrange(-2**63, 2**63), chance.randrange(-2**62, 2**62)
    return {"head": head.hex(), "transaction": transaction.hex(), "account": str(account), "stripe": stripe,
            "seq": str(seq), "amount": str(amount), "created": str(created),
            "link": sha(head, transaction, whole(account, 8), whole(stripe, 2), whole(seq, 8), whole(amount, 8),
                        whole(created, 8)).hex()}


def record():
    text = ('{"version":1,"root":"2","madeAt":"2026-11-21T02:15:00.007Z","rootHash":"' + "ab" * 32
            + '","total":"-340282366920938463463374607431768","leafCount":"5",'
            '"deferredTotal":"340282366920938463463374607431768","previousRootHash":"' + "cd" * 32
            + '","previousRecordHash":"' + "ef" * 32 + '"}')
    return {"text": text, "hash": hashlib.sha256(text.encode()).hexdigest()}


def main():
    chance = random.Random(16)
    print(json.dumps({"trees": [tree(chance, count) for count in range(1, 41)],
                      "links": [link(chance) for _ in range(50)], "record": record()}))


main()

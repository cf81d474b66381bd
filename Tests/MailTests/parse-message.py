"""Reads the message on standard input with Python's own parser; prints its headers and parts as JSON."""

import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = list(message.iter_parts())
print(json.dumps({
    "headers": [[name, str(value)] for name, value in message.items()],
    "defects": [repr(defect) for part in [message, *parts] for defect in part.defects],
    "parts": [part.get_payload(decode=True).decode() for part in parts],
}))

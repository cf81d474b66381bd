"""An access token as auth issues it, signed with a key made here by OpenSSL's command and published in the database."""

import base64
import hashlib
import json
import subprocess
import tempfile
import time
import uuid

ISSUER, AUDIENCE = "https://issuer.test", "nerdwork-api"
READER = "ada00000-0000-4000-8000-000000000001"
PUBLISH = """
insert into auth.signing_keys (kid, modulus, exponent, state, created_at)
values ('{kid}', '\\x{modulus}', '\\x010001', 'active', now() - interval '1 day')
"""


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: dict) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def token(database) -> str:
    """Good for ten minutes; the database knows its key from now on."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as key:
        subprocess.run(["openssl", "genrsa", "-out", key.name, "3072"], check=True, capture_output=True)
        modulus = subprocess.run(
            ["openssl", "rsa", "-in", key.name, "-noout", "-modulus"], check=True, capture_output=True, text=True,
        ).stdout.strip().partition("=")[2]
        # RFC 7638
        kid = encoded(hashlib.sha256(compact({"e": "AQAB", "kty": "RSA", "n": encoded(bytes.fromhex(modulus))})).digest())
        now = int(time.time())
        signed = ".".join([
            encoded(compact({"alg": "RS256", "kid": kid, "typ": "at+jwt"})),
            encoded(compact({
                "iss": ISSUER, "aud": AUDIENCE, "sub": READER, "client_id": "web", "jti": str(uuid.uuid4()), "iat": now - 2,
                "exp": now + 598, "sid": str(uuid.uuid4()), "scope": "profile:read", "role": "reader", "acr": "aal1",
                "auth_time": now - 60,
            })),
        ])
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", key.name], input=signed.encode(), check=True, capture_output=True).stdout
    database.psql(PUBLISH.format(kid=kid, modulus=modulus.lower()))
    return f"{signed}.{encoded(signature)}"

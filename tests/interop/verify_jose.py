"""Verifies Vouch results with jwcrypto and cryptography only.

usage: verify_jose.py TRUST.pem RESULTS
RESULTS holds one compact JWS on each line. Prints the core claims of each as a
line of JSON; exits with 1 at the first that does not verify.
"""

import base64
import datetime
import hashlib
import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from jwcrypto import jwk, jws


def url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# Order of P-256 (SEC 2, 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def links(token: str) -> list[str]:
    """What the next result's prev may be: the hash of the token in either form.

    Anybody can replace s of a signature by ORDER - s; the result stays the same.
    """
    content, signature = token.rsplit(".", 1)
    r_s = base64.urlsafe_b64decode(signature + "==")
    s = ORDER - int.from_bytes(r_s[32:], "big")
    twin = f"{content}.{url(r_s[:32] + s.to_bytes(32, 'big'))}"
    return [url(hashlib.sha256(form.encode()).digest()) for form in (token, twin)]


def verify(token: str, roots: list[x509.Certificate]) -> dict:
    signed = jws.JWS()
    signed.allowed_algs = ["ES256"]
    signed.deserialize(token)
    header = signed.jose_header
    assert header["typ"] == "vouch-result+jwt", header["typ"]

    leaf, root = (
        x509.load_der_x509_certificate(base64.b64decode(der)) for der in header["x5c"]
    )
    assert root in roots, "the root is not trusted"
    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.CLIENT_AUTH in usage
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    key = jwk.JWK.from_pem(leaf.public_bytes(serialization.Encoding.PEM))
    assert header["kid"] == key.thumbprint(), "kid is not the key's thumbprint"
    signed.verify(key)

    claims = json.loads(signed.payload)
    issued = datetime.datetime.fromtimestamp(claims["iat"], datetime.timezone.utc)
    assert leaf.not_valid_before_utc <= issued <= leaf.not_valid_after_utc
    name = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert claims["iss"] == name, "iss is not the certificate's name"
    spki = leaf.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert claims["ueid"] == url(b"\x01" + hashlib.sha256(spki).digest()[:16])
    return claims


def main() -> int:
    with open(sys.argv[1], "rb") as file:
        roots = x509.load_pem_x509_certificates(file.read())
    with open(sys.argv[2], encoding="ascii") as file:
        tokens = [line.strip() for line in file if line.strip()]
    before = None
    for token in tokens:
        try:
            claims = verify(token, roots)
            expected = [None] if before is None else links(before)
            assert claims["prev"] in expected, "the chain is broken"
        except Exception as error:  # any failure is a refusal
            print(f"refused: {error!r}", file=sys.stderr)
            return 1
        print(json.dumps({key: claims[key] for key in ("iss", "seq", "sessionStatus")}))
        before = token
    return 0


if __name__ == "__main__":
    sys.exit(main())

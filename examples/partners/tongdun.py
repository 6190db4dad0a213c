"""Asks for a live person over TongDun's API, and verifies the signed result.

usage: tongdun.py BASE_URL PARTNER_CODE TRUST.pem    (the partner_key is in VOUCH_SECRET)

The partner's list must allow http://127.0.0.1:8099/, where this script waits for the person to
come back. The result is checked by `vouch verify`; VOUCH names another path of that program.
"""

import base64
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import requests

BACK = "http://127.0.0.1:8099/"
PATH = "/verification/kyc/h5/liveness"


def send(page: str) -> dict[str, list[str]]:
    """Says where the person goes; returns the parameters that the browser brings back."""
    came: dict[str, list[str]] = {}

    class Back(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.update(parse_qs(urlparse(self.path).query))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"Thank you. You can close this page.")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", urlparse(BACK).port), Back) as server:
        print("Send the person to", page, flush=True)
        while "code" not in came:
            server.handle_request()
    return came


def main() -> None:
    base, code, trust = sys.argv[1:]
    partner = {"partner_code": code, "partner_key": os.environ["VOUCH_SECRET"]}
    answer = requests.post(
        f"{base}{PATH}/token/v1",
        params=partner,
        json={"success_redirect": BACK + "passed", "failure_redirect": BACK + "failed", "language": "en"},
        timeout=30,
    )
    answer.raise_for_status()
    token = answer.json()["token"]
    came = send(answer.json()["url"])
    print("state", came["state"][0])
    if came["code"][0] != token:
        sys.exit("the person came back with another token: it may have been tampered with")
    # The state comes over the person's browser. Only the result counts.
    answer = requests.post(f"{base}{PATH}/result/v1", params=partner, json={"token": token}, timeout=30)
    answer.raise_for_status()
    result = answer.json()
    print("result", result["code"], result["message"])
    print("selfie:", len(base64.b64decode(result.get("image", ""))), "bytes")
    if "signed_result" not in result:
        sys.exit("there is no result: the terminal lost the session; start again")
    command = [os.environ.get("VOUCH", "vouch"), "verify", "--alone", "--trust", trust, "-"]
    sys.exit(subprocess.run(command, input=result["signed_result"], text=True, check=False).returncode)


if __name__ == "__main__":
    main()

"""Identifies a person by document over CID's API, and verifies the signed result.

usage: cid.py BASE_URL LOGIN TRUST.pem    (the password is in VOUCH_SECRET)

The partner's list must allow http://127.0.0.1:8099/, where this script waits for the person to
come back. The result is checked by `vouch verify`; VOUCH names another path of that program.
"""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import requests

BACK = "http://127.0.0.1:8099/"


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
        while "sessionId" not in came:
            server.handle_request()
    return came


def main() -> None:
    base, login, trust = sys.argv[1:]
    api = requests.Session()
    answer = api.post(
        f"{base}/cid/v1/token", json={"login": login, "password": os.environ["VOUCH_SECRET"]}, timeout=30
    )
    answer.raise_for_status()
    api.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    answer = api.post(
        f"{base}/cid/v1/sessions",
        json={"identificationType": "DOCUMENT_IMAGE", "redirectUri": BACK},
        timeout=30,
    )
    answer.raise_for_status()
    session = send(answer.json()["pageUrl"])["sessionId"][0]
    if session != answer.json()["sessionId"]:
        sys.exit("the person came back from another session")
    answer = api.get(
        f"{base}/cid/v1/sessions/{session}", params={"type": "document,liveness,error,result"}, timeout=30
    )
    answer.raise_for_status()
    data = answer.json()
    print("session", session, data["sessionStatus"], data.get("errorInfo", {}).get("error", ""))
    for kind in ("best-shot", "clip"):
        medium = api.get(f"{base}/cid/v1/sessions/{session}/media/{kind}", timeout=30)
        print(f"{kind}:", len(medium.content) if medium.ok else 0, "bytes")
    if "signedResult" not in data:
        sys.exit("there is no result: the terminal lost the session; start again")
    command = [os.environ.get("VOUCH", "vouch"), "verify", "--alone", "--trust", trust, "-"]
    sys.exit(subprocess.run(command, input=data["signedResult"], text=True, check=False).returncode)


if __name__ == "__main__":
    main()

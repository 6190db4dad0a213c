"""Authenticates a person over Alibaba Cloud's API, and verifies the signed result.

usage: alibaba.py BASE_URL ACCESS_KEY_ID BIZ TRUST.pem    (the access key secret is in VOUCH_SECRET)

BIZ is a scene whose scheme binds nothing, such as RPBasic; for RPBioOnly and its like, NAME and
NUMBER in the environment are bound. The result is checked by `vouch verify`; VOUCH names another
path of that program.
"""

import os
import subprocess
import sys
import time
import uuid

import requests

WAIT_S = 300


def main() -> None:
    base, key, biz, trust = sys.argv[1:]
    auth = (key, os.environ["VOUCH_SECRET"])

    def call(action: str, **body: object) -> dict:
        answer = requests.post(f"{base}/alibaba/v1/{action}", auth=auth, json=body, timeout=60)
        if not answer.ok:
            sys.exit(f"{action}: {answer.json()['Code']}: {answer.json()['Message']}")
        return answer.json()["Data"]

    verification = {"Biz": biz, "TicketId": str(uuid.uuid4())}
    binding = {}
    if "NAME" in os.environ:
        binding = {"Name": os.environ["NAME"], "IdentificationNumber": os.environ["NUMBER"]}
    begun = call("GetVerifyToken", **verification, Binding=binding)
    print("Send the person to", begun["CloudauthPageUrl"], flush=True)

    until = time.monotonic() + WAIT_S
    status = call("GetStatus", **verification)
    while status["StatusCode"] < 1 and time.monotonic() < until:
        time.sleep(1)
        status = call("GetStatus", **verification)
    if status["StatusCode"] < 1:
        sys.exit(f"nobody finished within {WAIT_S} s")
    print("passed" if status["StatusCode"] == 1 else f"not passed: {status.get('Reason')}")
    materials = call("GetMaterials", **verification)
    print("collected:", ", ".join(sorted(materials)))
    if "SignedResult" not in status:
        sys.exit("the terminal lost the session: there is no result; ask for another token")
    command = [os.environ.get("VOUCH", "vouch"), "verify", "--alone", "--trust", trust, "-"]
    sys.exit(subprocess.run(command, input=status["SignedResult"], text=True, check=False).returncode)


if __name__ == "__main__":
    main()

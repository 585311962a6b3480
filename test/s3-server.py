"""An S3-compatible server for tests: moto's, behind a check of every signature by botocore, which signs for AWS's tools.

It takes any bucket that `argv[3:]` names, and one pair of keys, `argv[1]` and `argv[2]`.
"""

import sys
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

KEY, SECRET, *BUCKETS = sys.argv[1:]


def refusal(request: Request) -> str | None:
    """S3's word for what is wrong with a request's right, if anything is."""
    query = dict(parse_qsl(request.environ["RAW_URI"].partition("?")[2], keep_blank_values=True))
    if "X-Amz-Signature" in query:
        kind, timestamp, signature = S3SigV4QueryAuth, query["X-Amz-Date"], query["X-Amz-Signature"]
        credential, names = query["X-Amz-Credential"], query["X-Amz-SignedHeaders"]
        begun = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        if datetime.now(timezone.utc) > begun + timedelta(seconds=int(query["X-Amz-Expires"])):
            return "AccessDenied"
    elif request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
        said = dict(part.strip().split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].split(","))
        kind, timestamp, signature = S3SigV4Auth, request.headers["X-Amz-Date"], said["Signature"]
        credential, names = said["Credential"], said["SignedHeaders"]
    else:
        return "AccessDenied"
    key, _date, region, service, _end = credential.split("/")
    if key != KEY:
        return "InvalidAccessKeyId"
    auth = kind(Credentials(KEY, SECRET), service, region)
    target = request.environ["RAW_URI"].replace(f"&X-Amz-Signature={signature}", "")
    signed = AWSRequest(
        method=request.method,
        url=f"http://{request.host}{target}",
        headers={name: request.headers[name] for name in names.split(";")},
    )
    signed.context["timestamp"] = timestamp
    expected = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    return None if expected == signature else "SignatureDoesNotMatch"


def checked(app):
    def answer(environ, start_response):
        code = refusal(Request(environ))
        if code is None:
            return app(environ, start_response)
        body = f"<Error><Code>{code}</Code><Message>The right of the request was refused.</Message></Error>"
        return Response(body, 403, mimetype="application/xml")(environ, start_response)

    return answer


class Quiet(WSGIRequestHandler):
    def log(self, *_) -> None:
        pass


for bucket in BUCKETS:
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(bucket, "us-east-1")
app = checked(DomainDispatcherApplication(create_backend_app))
server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
print(f"listening at {server.server_port}", flush=True)
server.serve_forever()

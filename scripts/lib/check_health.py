"""Lets notification's bootstrap, alone in an empty root without database and AWS, answer GET /health."""

import json
import tempfile

from empty_root import EmptyRoot
from runtime_api import RuntimeAPI

# What notification must be told before it starts, beside its database.
SETTINGS = {
    "EVENT_SEALING_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sealing",
    "NOTIFICATION_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:notification",
    "SITE_URL": "https://nerdwork.example", "API_URL": "https://api.nerdwork.example",
    "MAIL_FROM": "Nerdwork+ <mail@nerdwork.example>", "OPERATORS_EMAIL": "operators@nerdwork.example",
}
# Nobody listens at these addresses.
ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "notification", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_REGION": "eu-central-1",
    "PGHOST": "127.0.0.1", "PGPORT": "1", "PGUSER": "nerdwork_notification", "PGDATABASE": "nerdwork",
    "PGSSLMODE": "disable", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", **SETTINGS,
}


def request(path: str) -> bytes:
    """An HTTP API event, payload format 2.0."""
    return json.dumps({
        "version": "2.0", "routeKey": f"GET {path}", "rawPath": path, "rawQueryString": "",
        "headers": {"accept": "application/json"}, "isBase64Encoded": False,
        "requestContext": {
            "accountId": "123456789012", "apiId": "check", "domainName": "api.nerdwork.example", "domainPrefix": "api",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "check"},
            "requestId": "check", "routeKey": f"GET {path}", "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1767225600000,
        },
    }).encode()


def check_health(root: EmptyRoot) -> str:
    """Returns the sentence for it; raises when it is not so."""
    with tempfile.TemporaryFile() as log:
        api = RuntimeAPI()
        process = root.start({"AWS_LAMBDA_RUNTIME_API": api.address, **ENVIRONMENT}, log)
        try:
            kind, body = api.invoke(request("/health"))
        except Exception as error:
            log.seek(0)
            raise RuntimeError(f"no answer ({error!r}); it wrote: {log.read(2000).decode(errors='replace')}") from error
        finally:
            process.kill()
            process.wait()
            api.close()
    answer = json.loads(body)
    if kind != "response" or answer.get("statusCode") != 200 or json.loads(answer["body"]) != {"status": "ok"}:
        raise RuntimeError(f"answered GET /health with {kind}: {body[:500]!r}")
    return "alone in an empty root, without database and AWS, it answered GET /health"

"""Lets loyalty's bootstrap, alone in an empty root, post a reward to a PostgreSQL on loopback."""

import datetime
import json
import tempfile
import uuid

from empty_root import EmptyRoot
from private_postgres import PrivatePostgres
from runtime_api import RuntimeAPI

BALANCES = """
select sum(amount), count(distinct transaction_id) from ledger.entries where amount > 0
"""


def comic_read(reader: str, comic: str) -> bytes:
    now = datetime.datetime.now(datetime.timezone.utc)
    return json.dumps({
        "version": "0", "id": str(uuid.uuid4()), "detail-type": "ComicRead", "source": "nerdwork.comic",
        "account": "123456789012", "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "region": "eu-central-1", "resources": [],
        "detail": {"version": 1, "userId": reader, "comicId": comic, "timestamp": int(now.timestamp() * 1000)},
    }).encode()


def check_reward(root: EmptyRoot) -> str:
    """One event, delivered twice: one reward. Returns the sentence for it; raises when it is not so."""
    with PrivatePostgres() as database, tempfile.TemporaryFile() as log:
        database.migrate()
        api = RuntimeAPI()
        process = root.start({
            "AWS_LAMBDA_RUNTIME_API": api.address, "AWS_LAMBDA_FUNCTION_NAME": "loyalty", "AWS_REGION": "eu-central-1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", **database.environment("nerdwork_loyalty"),
            "TOKEN_ISSUER": "https://issuer.test", "TOKEN_AUDIENCE": "nerdwork-api",
        }, log)
        try:
            event = comic_read("reader-1", "comic-42")
            answers = [api.invoke(event), api.invoke(event)]
        except Exception as error:
            raise RuntimeError(f"no answer ({error!r}); it wrote: {written(log)}") from error
        finally:
            process.kill()
            process.wait()
            api.close()
        return verdict(answers, database)


def verdict(answers: list[tuple[str, bytes]], database: PrivatePostgres) -> str:
    if [kind for kind, _ in answers] != ["response", "response"]:
        raise RuntimeError(f"answered {answers}")
    points = json.loads(answers[0][1])["points"]
    if answers[0][1] != answers[1][1] or points <= 0:
        raise RuntimeError(f"the two deliveries of one event were answered {answers}")
    books = database.psql(BALANCES)
    if books != f"{points}|1":
        raise RuntimeError(f"the ledger holds {books} (credited|transactions) after a reward of {points}")
    return f"alone in an empty root it posted a reward of {points} NWT, once for two deliveries"


def written(log) -> str:
    log.seek(0)
    return log.read(2000).decode(errors="replace")

"""What schemathesis is told beyond the document: names that exist, so that requests get past "no
such group" to what is behind, and a key of its own for each write, so that no answer is a replay."""

import itertools
import json
import os
import random
import re

import schemathesis

known = json.loads(os.environ["API_FUZZ_KNOWN"])
problem_types = set(json.loads(os.environ["API_FUZZ_PROBLEMS"]))
run_id = os.environ["API_FUZZ_RUN"]
luck = random.Random(6)
keys = itertools.count()
good_key = re.compile(r"[!-~]{8,128}")


@schemathesis.hook
def before_call(context, case, kwargs):
    for part in (case.path_parameters, case.query):
        for name, value in known.items():
            if part and name in part and luck.random() < 0.6 and is_sound(part[name]):
                part[name] = value
    headers = case.headers
    key = headers.get("idempotency-key") if headers else None
    if isinstance(key, str) and good_key.fullmatch(key):
        headers["idempotency-key"] = f"fuzz-{run_id}-{next(keys):08d}"


def is_sound(value):
    """What is wrong on purpose stays wrong."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value)


@schemathesis.check
def problem_of_the_list(ctx, response, case):
    """Every error is a problem of the closed list, and says the status it has."""
    if response.status_code < 400:
        return
    if case.method == "HEAD":
        return
    sent_as = response.headers.get("content-type", [""])[0]
    assert sent_as.startswith("application/problem+json"), f"sent as {sent_as}"
    problem = response.json()
    assert problem["type"] in problem_types, f"{problem['type']} is no type of ours"
    assert problem["status"] == response.status_code, "the body names another status"

"""policy_client.py - what the tests of `flowsched policy` do to its socket, and to its schema."""
import json
import re
import socket
import sys

import jsonschema


def validator(path, kind):
    schema = json.load(open(path))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


def check_lines(schema, kind, path):
    """Every line of the file is such a message."""
    check = validator(schema, kind)
    lines = open(path, encoding="utf-8").read().splitlines()
    for line in lines:
        check.validate(json.loads(line))
    assert lines, "there is no line"


def fenced(document, which):
    """The n-th block of JSON lines of the document."""
    blocks = re.findall(r"```jsonl\n(.*?)```", open(document, encoding="utf-8").read(), re.S)
    sys.stdout.write(blocks[int(which)])


class Client:
    def __init__(self, path):
        self.socket = connected(path)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, data):
        self.send(data if isinstance(data, bytes) else json.dumps(data).encode() + b"\n")
        return json.loads(self.file.readline())


def connected(path):
    """A socket without a timeout waits until the service accepts it."""
    one = socket.socket(socket.AF_UNIX)
    one.connect(path)
    one.settimeout(60)
    return one


HELLO = {"id": 1, "type": "hello"}


def refused(answer, status, word):
    assert answer["error"]["status"] == status, answer
    assert word in answer["error"]["reason"], answer


def attack(path):
    """Everything that a client may do to others; a good one goes on among it."""
    good = Client(path)
    machine = {"type": "machine_added", "machine": "m", "capacity": {"cpu": 1}}
    good.ask({"now_us": 0, "events": [machine]})
    served = 0

    def others_go_on():
        nonlocal served
        task = {"type": "task_submitted", "task": f"t{served}", "demand": {"cpu": 1}}
        answer = good.ask({"events": [task], "decide": True})
        assert answer["decisions"] == [
            {"type": "place", "task": f"t{served}", "machine": "m"}], answer
        assert good.ask({"events": [{"type": "task_finished", "task": f"t{served}"}]})[
            "errors"] == []
        served += 1

    half = Client(path)
    half.send(b'{"type":"he')
    others_go_on()
    refused(Client(path).ask(b"x" * (10 << 20) + b"\n"), "bad_input", "not JSON")
    others_go_on()
    long = Client(path)
    for _ in range(65):
        long.send(b"y" * (1 << 20))
    others_go_on()
    refused(long.ask(b"\n"), "too_large", "bytes")
    assert long.ask(HELLO)["program"] == "flowsched", "and the next line is read"
    bad = Client(path)
    refused(bad.ask(b"[" * 100000 + b"\n"), "bad_input", "not JSON")
    refused(bad.ask(b'{"a":' * 5000 + b"\n"), "bad_input", "not JSON")
    refused(bad.ask(b'{"type":"hel\0lo"}\n'), "bad_input", "NUL")
    refused(bad.ask(b'{"type":"hel\\u0000lo"}\n'), "bad_input", "NUL")
    refused(bad.ask(b'{"type":"\xff\xfe"}\n'), "bad_input", "UTF-8")
    refused(bad.ask(b'{"type":"\xed\xa0\x80"}\n'), "bad_input", "UTF-8")
    refused(bad.ask(b'{"now_us":9223372036854775808}\n'), "bad_input", "range")
    refused(bad.ask(b'{"now_us":1.5}\n'), "bad_input", "whole")
    refused(bad.ask(b'{"now_us":"1"}\n'), "bad_input", "whole")
    refused(bad.ask(b'{"id":{}}\n'), "bad_input", "id")
    refused(bad.ask(b'{"nonsense":1}\n'), "bad_input", "nonsense")
    refused(bad.ask(b'{"decide":true,"decide":true}\n'), "bad_input", "twice")
    refused(bad.ask(b'7\n'), "bad_input", "object")
    refused(bad.ask(b'{"type":"dance"}\n'), "bad_input", "dance")
    refused(bad.ask(b'{"type":"explain","task":"nobody"}\n'), "not_found", "no live task")
    events = [5, {"type": "x"}, {"type": "task_finished"}, {"type": "task_finished", "task": "z"},
              {"type": "machine_added", "machine": "m", "capacity": {"cpu": 2 ** 63}},
              {"type": "machine_added", "machine": "m", "capacity": {"tape": 1}},
              {"type": "machine_added", "machine": "", "capacity": {"cpu": 1}},
              {"type": "task_submitted", "demand": {"cpu": 1}},
              {"type": "task_submitted", "task": "a", "count": 2},
              {"type": "task_submitted", "task": "a", "count": 2 ** 31 - 1},
              {"type": "task_submitted", "job": "a", "count": 10 ** 6, "demand": {"gpu": 1.5}},
              {"type": "task_submitted", "job": "a", "constraint": {"zone": []}},
              {"type": "task_submitted", "job": "a", "input": [{"mib": -1}]},
              {"type": "machine_added", "machine": "good", "capacity": {"cpu": 1}}]
    answer = bad.ask({"now_us": 5, "events": events, "decide": True})
    assert [error["event"] for error in answer["errors"]] == list(range(13)), answer
    assert len(bad.ask({"type": "state"})["machines"]) == 1
    others_go_on()
    crowd = []
    turned_away = 0
    for _ in range(1000):
        crowd.append(connected(path))
        if len(crowd) % 100 == 0:
            others_go_on()
    for one in crowd:
        try:
            one.sendall(b'{"type":"hello"}\n')
            answer = one.makefile("rb").readline()
        except OSError:
            answer = b""
        turned_away += b"as many clients" in answer or answer == b""
    assert turned_away >= 1000 - 64, turned_away
    others_go_on()
    for one in crowd:
        one.close()
    silent = Client(path)  # asks and does not read the answers
    silent.send(b'{"type":"hello"}\n')
    others_go_on()
    assert half.ask(b'llo"}\n')["program"] == "flowsched", "half a line becomes a whole one"
    assert served > 10


if __name__ == "__main__":
    {"check": check_lines, "fenced": fenced, "attack": attack}[sys.argv[1]](*sys.argv[2:])

"""Whether the time of a refused login tells why it was refused."""

import random
import select
import statistics
import time

from bench.homes import WRONG, Furnished
from bench.machine import CannotMeasure
from bench.openloop import Wire, request

LOGIN = "/api/rest/2.0/auth/session/login"
REFUSED = 401
PATIENCE = 5.0


def measure(port: int, home: Furnished, times: int) -> dict[str, float]:
    """Return the median milliseconds of each case, over so many logins each in shuffled order."""
    order = [case for case in home.refused for _ in range(times)]
    random.shuffle(order)
    seconds: dict[str, list[float]] = {case: [] for case in home.refused}
    ready = {
        case: request("POST", LOGIN, body={"username": name, "password": WRONG})
        for case, name in home.refused.items()
    }
    wire = Wire(port, is_login=True)
    with wire.socket:
        for case in order:
            started = time.perf_counter()
            wire.send(ready[case], started)
            status = 0
            while not status:
                select.select([wire.socket], [], [], PATIENCE)
                status = wire.receive()
            seconds[case].append(time.perf_counter() - started)
            if status != REFUSED:
                raise CannotMeasure(f"a login of the case {case!r} was answered {status}")
    return {case: statistics.median(times) * 1000 for case, times in seconds.items()}

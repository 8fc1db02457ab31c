"""The law of the wait in M/M/c point by point, in machine code."""

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.compiled import kernel
from hubcalc.queueing._erlang_kernel import delay_probability


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def wait_law(
    probability: FloatArray,
    scale: FloatArray,
    arrivals: FloatArray,
    service: FloatArray,
    servers: FloatArray,
    given_spare: FloatArray,
) -> None:
    """Fill in the probability of a wait, and the mean of the exponential wait of those who wait.

    A column of one element stands for all rows; an empty `given_spare` for the difference of servers and load.
    """
    each_arrival, each_service = int(arrivals.size > 1), int(service.size > 1)
    each_server, each_spare = int(servers.size > 1), int(given_spare.size > 1)
    is_given = given_spare.size > 0
    for i in range(probability.size):
        hours, c = service[i * each_service], servers[i * each_server]
        if is_given:
            spare = given_spare[i * each_spare]
            load = c - spare
        else:
            load = arrivals[i * each_arrival] * hours
            spare = c - load
        probability[i] = delay_probability(c, load, spare)
        scale[i] = hours / spare if spare > 0.0 else np.inf

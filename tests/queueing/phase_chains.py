"""An independent model of PH/PH/c for the tests: each server with a phase of its own, a truncated queue, sparse LU."""

from itertools import product

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import spsolve


class Chain:
    """PH/PH/c with at most `most` in the system; what arrives beyond is lost, of a batch what does not fit."""

    def __init__(self, arrival, service, servers, most, batch=(1.0,)):
        self.arrival, self.service, self.servers = arrival, service, servers
        self.states = [
            (n, i, phases)
            for n in range(most + 1)
            for i in range(arrival.phases)
            for phases in product(range(service.phases), repeat=min(n, servers))
        ]
        self.place = {state: k for k, state in enumerate(self.states)}
        self.most, self.batch = most, batch
        size = len(self.states)
        self.silent, self.departing = (sparse.lil_matrix((size, size)) for _ in range(2))
        for state in self.states:
            self._fill(state)
        total = sparse.csc_matrix((self.silent + self.departing).T)
        total = total - sparse.diags(np.asarray(total.sum(axis=0)).ravel())
        system = sparse.lil_matrix(total)
        system[0, :] = 1.0
        self.stationary = spsolve(sparse.csc_matrix(system), np.eye(size)[0])

    def _fill(self, state):
        n, i, phases = state
        alpha, rates, out = self.arrival.initial, self.arrival.subgenerator, self.arrival.exits_per_hour
        here = self.place[state]
        for j in range(len(alpha)):
            if j != i:
                self.silent[here, self.place[n, j, phases]] += rates[i, j]
            for more, probability in enumerate(self.batch, start=1):
                count = min(n + more, self.most)
                entering = min(count, self.servers) - len(phases)
                for new in product(range(self.service.phases), repeat=entering):
                    start = np.prod(self.service.initial[list(new)])
                    self.silent[here, self.place[count, j, phases + new]] += out[i] * alpha[j] * probability * start
        for server, phase in enumerate(phases):
            for to in range(self.service.phases):
                moved = (*phases[:server], to, *phases[server + 1 :])
                if to != phase:
                    self.silent[here, self.place[n, i, moved]] += self.service.subgenerator[phase, to]
                if n > self.servers:
                    rate = self.service.exits_per_hour[phase] * self.service.initial[to]
                    self.departing[here, self.place[n - 1, i, moved]] += rate
            if n <= self.servers:
                left = (*phases[:server], *phases[server + 1 :])
                self.departing[here, self.place[n - 1, i, left]] += self.service.exits_per_hour[phase]

    @property
    def number(self):
        return np.array([state[0] for state in self.states])

    def found(self):
        """Return the shares of arrivals that find each state."""
        rate = self.stationary * self.arrival.exits_per_hour[[state[1] for state in self.states]]
        return rate / rate.sum()

    def wait_tail(self, hours):
        """P(W > t): the departures to come before the service of who arrives, each server followed on its own."""
        phases, servers = self.service.phases, self.servers
        full = list(product(range(phases), repeat=servers))
        place = {state: k for k, state in enumerate(full)}
        silent, departing = np.zeros((len(full),) * 2), np.zeros((len(full),) * 2)
        for state in full:
            for server, phase in enumerate(state):
                silent[place[state], place[state]] += self.service.subgenerator[phase, phase]
                for to in range(phases):
                    moved = place[(*state[:server], to, *state[server + 1 :])]
                    if to != phase:
                        silent[place[state], moved] += self.service.subgenerator[phase, to]
                    departing[place[state], moved] += self.service.exits_per_hour[phase] * self.service.initial[to]
        room = self.most - servers + 1
        generator = np.kron(np.eye(room), silent) + np.kron(np.eye(room, k=-1), departing)
        row = np.zeros(room * len(full))
        for (n, _, state), share in zip(self.states, self.found(), strict=True):
            if n >= servers:
                row[(n - servers) * len(full) + place[state]] += share
        return np.array([row @ linalg.expm(generator * t) @ np.ones(row.size) for t in hours])

    def departure_scv(self):
        """Return the scv of the interval between departures."""
        leaving = np.asarray(self.departing.sum(axis=1)).ravel()
        silent = sparse.csc_matrix(self.silent - sparse.diags(np.asarray(self.silent.sum(axis=1)).ravel() + leaving))
        left = sparse.csc_matrix(self.departing).T @ self.stationary
        left = left / left.sum()
        first = spsolve(-silent, np.ones(left.size))
        return 2.0 * (left @ spsolve(-silent, first)) / (left @ first) ** 2 - 1.0

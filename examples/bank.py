"""A bank where customers are generators: they ask for things by yielding, and wait until the scheduler answers.

A simulation of a day: customers arrive, queue at the tellers, move money, and leave. Time is simulated, so that the day
goes by in a moment and always in the same way.
"""

import heapq
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count


class InsufficientFunds(Exception):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} has {account.balance}, not {amount}")
        self.account = account
        self.amount = amount


@dataclass
class Account:
    owner: str
    balance: int = 0
    history: list = field(default_factory=list)

    def change(self, amount, why):
        if self.balance + amount < 0:
            raise InsufficientFunds(self, -amount)
        self.balance += amount
        self.history.append((why, amount))


@contextmanager
def transaction(*accounts):
    """Puts the accounts back as they were when something fails."""
    saved = [(account.balance, len(account.history)) for account in accounts]
    try:
        yield
    except InsufficientFunds:
        for account, (balance, length) in zip(accounts, saved):
            account.balance = balance
            del account.history[length:]
        raise


# What a customer can ask the scheduler for.


@dataclass(frozen=True)
class Wait:
    minutes: int


@dataclass(frozen=True)
class Acquire:
    resource: "Resource"


@dataclass(frozen=True)
class Release:
    resource: "Resource"


class Resource:
    """Something that only a few can use at a time; the others queue."""

    def __init__(self, name, capacity):
        self.name = name
        self.free = capacity
        self.queue = deque()
        self.longest_queue = 0

    def __repr__(self):
        return f"<{self.name}: {self.free} free, {len(self.queue)} waiting>"


class Scheduler:
    """Runs generators in simulated time."""

    def __init__(self):
        self.now = 0
        self.order = count()
        self.agenda = []
        self.failures = []
        self.finished = {}

    def start(self, name, process, at=0):
        self.schedule(at, name, process, None)

    def schedule(self, time, name, process, answer):
        heapq.heappush(self.agenda, (time, next(self.order), name, process, answer))

    def run(self):
        while self.agenda:
            self.now, _, name, process, answer = heapq.heappop(self.agenda)
            self.step(name, process, answer)

    def step(self, name, process, answer):
        try:
            request = process.send(answer)
        except StopIteration as stop:
            self.finished[name] = stop.value
            return
        except InsufficientFunds as error:
            self.failures.append((self.clock(), str(error)))
            return
        match request:
            case Wait(minutes):
                self.schedule(self.now + minutes, name, process, None)
            case Acquire(resource):
                if resource.free:
                    resource.free -= 1
                    self.schedule(self.now, name, process, 0)
                else:
                    resource.queue.append((self.now, name, process))
                    resource.longest_queue = max(resource.longest_queue, len(resource.queue))
            case Release(resource):
                if resource.queue:
                    since, waiting_name, waiting = resource.queue.popleft()
                    self.schedule(self.now, waiting_name, waiting, self.now - since)
                else:
                    resource.free += 1
                self.schedule(self.now, name, process, None)
            case _:
                process.throw(TypeError(f"{name} asked for {request!r}"))

    def clock(self):
        return f"{9 + self.now // 60:02}:{self.now % 60:02}"


class Bank:
    def __init__(self, tellers):
        self.scheduler = Scheduler()
        self.tellers = Resource("tellers", tellers)
        self.accounts = {}
        self.waits = Counter()
        self.log = []

    def open_account(self, owner, balance):
        self.accounts[owner] = Account(owner, balance)
        return self.accounts[owner]

    def note(self, text):
        self.log.append(f"{self.scheduler.clock()} {text}")

    def at_teller(self, customer, minutes, work):
        """Queues, has something done, and frees the teller whatever happens. Gives the minutes waited."""
        waited = yield Acquire(self.tellers)
        self.waits[customer] += waited
        try:
            yield Wait(minutes)
            work()
        finally:
            yield Release(self.tellers)
        return waited

    def deposit(self, owner, amount):
        self.accounts[owner].change(amount, "deposit")
        self.note(f"{owner} pays in {amount}")

    def transfer(self, source, target, amount):
        giver, taker = self.accounts[source], self.accounts[target]
        with transaction(giver, taker):
            taker.change(amount, f"from {source}")
            giver.change(-amount, f"to {target}")
        self.note(f"{source} sends {amount} to {target}")


def saver(bank, name, amounts):
    """Pays in several amounts, with a walk between."""
    total_wait = 0
    for amount in amounts:
        total_wait += yield from bank.at_teller(name, 5, lambda: bank.deposit(name, amount))
        yield Wait(10)
    return f"waited {total_wait} minutes"


def payer(bank, name, payments):
    """Sends money to others, and stops at the first payment that fails."""
    done = 0
    for target, amount in payments:
        try:
            yield from bank.at_teller(name, 8, lambda: bank.transfer(name, target, amount))
        except InsufficientFunds as error:
            bank.note(f"{name} can't pay: {error}")
            break
        done += 1
    return f"made {done} of {len(payments)} payments"


def gambler(bank, name, target):
    """Sends ever more, and does not handle the failure."""
    amount = 1
    while True:
        yield from bank.at_teller(name, 2, lambda: bank.transfer(name, target, amount))
        amount *= 3


def inspector(bank, every, rounds):
    """Looks in from time to time."""
    money = sum(account.balance for account in bank.accounts.values())
    for number in range(rounds):
        yield Wait(every)
        now = sum(account.balance for account in bank.accounts.values())
        bank.note(f"inspection {number + 1}: {now} in all ({now - money:+}), {bank.tellers}")
    return "satisfied"


def main():
    bank = Bank(tellers=2)
    for owner, balance in (("Ann", 100), ("Bob", 50), ("Cid", 500), ("Dora", 0), ("Eve", 60)):
        bank.open_account(owner, balance)
    start = bank.scheduler.start
    start("Ann", saver(bank, "Ann", [20, 30, 5]))
    start("Bob", payer(bank, "Bob", [("Dora", 30), ("Ann", 15), ("Cid", 40), ("Eve", 1)]), at=1)
    start("Cid", payer(bank, "Cid", [("Dora", 100), ("Eve", 100)]), at=2)
    start("Dora", saver(bank, "Dora", [7] * 4), at=3)
    start("Eve", gambler(bank, "Eve", "Bob"), at=4)
    start("inspector", inspector(bank, 15, 5))
    bank.scheduler.run()

    print(*bank.log, sep="\n")
    print()
    for account in bank.accounts.values():
        changes = " ".join(f"{amount:+}" for _, amount in account.history)
        print(f"{account.owner:<5} {account.balance:>4}  {changes}")
    print()
    for name, result in bank.scheduler.finished.items():
        print(f"{name} {result}")
    for time, text in bank.scheduler.failures:
        print(f"{time} left in anger: {text}")
    print("waits:", dict(bank.waits.most_common(3)), "longest queue:", bank.tellers.longest_queue)
    print("day ends at", bank.scheduler.clock(), bank.tellers)


main()

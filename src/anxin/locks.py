"""Numbers of PostgreSQL's advisory locks, all in one place: two uses of one number would wait for each other, and nobody sees why.

Where two numbers are taken, this is the first; the second says which submission, batch or unit.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """Any numbers would do, as long as they differ."""

    # Two commands that prepare the same database.
    PREPARING = 2022_0009
    # Two that set rights or make logins.
    RIGHTS = 2022_0044
    # Of jobs that seal, one seals and the others stand by; held as long as it runs.
    SEALER = 2022_0045
    # With a submission's number.
    SUBMISSION = 2022_0011
    # With a unit's: its guesses at persons are counted one after the other (a migration of `access` takes it).
    UNIT_GUESSES = 2022_0013
    # With a batch's number.
    BATCH = 2022_0018
    # With a client's: what it orders in a day is counted one after the other (a migration of `access` takes it).
    CLIENT_QUOTA = 2022_0046

"""Takes down sealing, audit and authorisation in the process that starts."""

from benchmarks.without_walls.take_down import take_down

take_down()

"""Names of the columns in which the simulator keeps its numbers: plain numbers, as machine code wants them."""

# --- what a step does: `steps[:, OP]`
ENTER, LEAVE, SEIZE, RELEASE, WORK, DELAY, BRANCH, JUMP, EXIT = 0, 1, 2, 3, 4, 5, 6, 7, 8
RELEASE_LATER, WORK_ITEMS, STORE, AWAIT_OPEN, QUOTA, FORM, MATCH, BOARD = 9, 10, 11, 12, 13, 14, 15, 16

# --- `steps`: one line of a processor's cache for each; `step_sizes` holds what is not whole
OP, WHERE, AMOUNT, CATEGORY, LAW, OTHER, STREAM, TARGET = 0, 1, 2, 3, 4, 5, 6, 7
STEP_COLUMNS = 8
COPIES, SIDE, LEAST, PER_DAY, TARGETS, SEPARATELY = AMOUNT, AMOUNT, AMOUNT, AMOUNT, AMOUNT, CATEGORY
MOST, ROOM, AT_ONCE, BACK, FIRST_SHARE = CATEGORY, CATEGORY, OTHER, OTHER, OTHER
SHARE, SIZE = 0, 1
EVERY = SIZE
STEP_SIZE_COLUMNS = 2

# --- `flows`; the stream after the one of the gaps is that of the contents
START, FLOW_PRIORITY, GAPS, FLOW_CLOCK, FLOW_STREAM, FIRST_SIZE, SIZES, INITIAL = range(8)
FLOW_COLUMNS = 8

# --- `laws`
KIND, SHIFT, FIRST, SECOND, THIRD, FOURTH = 0, 1, 2, 3, 4, 5
LAW_COLUMNS = 6

# --- `clocks`: where in the table the period, the starts, the speeds, the work and the closed hours before stand
PERIOD, STARTS, SPEEDS, WORK_BEFORE, CLOSED_BEFORE, SEGMENTS = 0, 1, 2, 3, 4, 5
CLOCK_COLUMNS = 6
ALWAYS_OPEN = -1

# --- `resources` and `resource_hours`; the stream after that of the interruptions is that of the vessels
CAPACITY, FREE, WAITING, CLOCK, REPAIR, OPEN_LAW, CLOSED_LAW, RESOURCE_STREAM, BOARD_STEP, PENDING = range(10)
RESOURCE_COLUMNS = 10
CHANGED, BETWEEN, STANDS_FROM, STANDS_TO, CLOSED_SUM, CLOSED_UNTIL, LAST_SAILING = 0, 1, 2, 3, 4, 5, 6
RESOURCE_HOUR_COLUMNS = 7
PRIORITIES = 10
"""`queues`: the heads of ten lines at each resource, then their tails."""

# --- `levels` of stages, then of storages: how much there is, and since when
LEVEL, SINCE_THEN, LEVEL_MOST = 0, 1, 2
LEVEL_COLUMNS = 3

# --- `groups`: lines of units that gather (two for each pairing), and the days of quotas
HEAD, TAIL, COUNT = 0, 1, 2
DAY, USED = 0, 2
GROUP_COLUMNS = 3

# --- `units` and `unit_hours`
STEP, FLOW, PRIORITY, CONTENTS, AT, NEXT, ASKED, TODO, UNDER_WAY, CARRIED, ROLE, NUMBER = range(12)
UNIT_COLUMNS = 12
UNIT, CARRIER, FORMED_HERE = 0, 1, 2
"""Roles: a unit that came, a carrier of others, and a carrier that is still at the stage where it was formed."""
ARRIVED, SINCE, CLOSED_THEN, STAGE_TIMES, TIMES, BEGUN = 0, 1, 2, 3, 8, 13
UNIT_HOUR_COLUMNS = 14

QUEUE, SERVICE, SYNCHRONIZATION, CLOSURE, QUOTA_WAIT = 0, 1, 2, 3, 4
CATEGORY_COUNT = 5

# --- kinds of events, and `counts` and `moments`: what there is one of
ARRIVAL, GO_ON, ITEM_DONE, GIVE_BACK, TAKE_OUT, VESSEL_BACK, SAILING = 0, 1, 2, 3, 4, 5, 6
EVENTS, SEQUENCE, HEAP_SIZE, FREE_UNITS, FIRST_FREE, READY, LAST_READY, SLOT = 0, 1, 2, 3, 4, 5, 6, 7
INSIDE, SERIAL, QUEUED, ARRIVALS_AHEAD, TRACED = 8, 9, 10, 11, 12
COUNTS = 13
NOW, SLOT_END, PROGRESS = 0, 1, 2
MOMENTS = 3

# --- `places` of the numbers in one slot's row of the record
(
    R_ARRIVED,
    R_TURNED_AWAY,
    R_LEFT,
    R_TIMES,
    R_DWELL_SQUARES,
    R_DWELL_COUNTS,
    R_VISITS,
    R_STAGE_TIMES,
    R_STAGE_WAIT_SQUARES,
    R_ITEMS,
    R_ITEM_WAITS,
    R_NUMBER,
    R_BUSY,
    R_WORKING,
    R_BLOCKED,
    R_ASKED,
    R_OCCUPANCY,
    R_STORED,
) = range(18)

# --- what the kernel comes back with
DONE, GROW_UNITS, GROW_HEAP, OUT_OF_EVENTS = 0, 1, 2, 3

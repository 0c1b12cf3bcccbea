"""What others may want to know of letters: plain Django signals, sent in the transaction of the change."""

from django.dispatch import Signal

letter_handed_over = Signal()
"""The outgoing server took a letter. Brings `letter` (an `OutgoingLetter`) and `moment`.

A receiver writes rows, or enqueues a job, and nothing else: the letter has left, whatever it does.
"""

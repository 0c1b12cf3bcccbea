"""The desk itself: its people, and the switch for a portal that is down."""

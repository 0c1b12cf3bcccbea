"""The values that the rings pass to one another: plain, frozen, without Django, network or clock."""

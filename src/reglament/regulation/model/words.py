"""The common words of every regulation, in the order in which answers list them."""

CHANNELS = (
    "portal",
    "guest_form",
    "email",
    "phone",
    "letter",
    "chat",
    "product_ui",
    "personal_contact",
    "messenger",
    "forum",
    "social",
)
AUTHENTICATIONS = ("anonymous", "identified", "authorised")

# Where several outcomes hold at once, the first of them wins.
OUTCOMES = ("informal", "redirect", "not_covered", "needs_information", "accept")
OFFERS = ("by_agreement", "paid", "separate_purchase")
SERVICE_LEVELS = ("full", "consultation", "known_solutions", "best_effort", "none")
RESPONSIBILITIES = ("provider", "client", "outside")
FULFILMENTS = ("registration_notice", "staff_reply", "completion")
UNCLASSIFIED = "unclassified"
"""The kind, in every regulation, of what nobody has named yet."""
CLIENT_STATUSES = ("active", "suspended", "blocked")

# Rank of a proof: a channel that asks for one takes it and any stronger one.
PROOF_RANK = {"anonymous": 0, "identified": 1, "authorised": 2}

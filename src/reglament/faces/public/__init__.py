"""Pages that need no sign-in: the desks, a desk's front page, its published regulation."""

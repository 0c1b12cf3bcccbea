"""Pages about one's own account: sign-in and sign-out, the password, language and time zone."""

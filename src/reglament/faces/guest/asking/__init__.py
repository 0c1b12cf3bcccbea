"""What a form asks, and what is said before it is sent; the portal asks by the same form."""

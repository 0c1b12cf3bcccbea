"""Mailboxes that a desk reads by IMAP: the session, who reads which, what staff change, what is compared."""

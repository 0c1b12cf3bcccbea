"""The form on the site, for visitors who are not signed in."""

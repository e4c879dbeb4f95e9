"""Sources outside the landing zone, and how their data get into it.

Belongs here: fetching from object stores, databases, SFTP servers, mailboxes and APIs, each as
files in the landing zone. Does not: judging or landing them, which works the same for all files.
"""

"""Where data live outside the landing zone, and how they come into it.

Belongs here: fetching from object stores, databases, SFTP servers and mailboxes, each as files in
the landing zone. Does not: judging or landing them; everything goes through the one way in.
"""

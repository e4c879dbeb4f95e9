"""Runs the stages: the Dagster definitions and the command line.

Belongs here: the order in which things run, where files are, what is shown while a run goes on.
Does not: any rule of a program, any figure, any file format.
"""
